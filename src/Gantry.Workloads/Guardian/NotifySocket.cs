using System.Net.Sockets;
using System.Text;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>Who sent a message, as the kernel saw it when that was sent; by now the process may have ended.</summary>
internal readonly record struct Sender(int Pid, uint User);

/// <summary>
/// Listens for readiness messages in the form of sd_notify(3): datagrams of lines, of which <c>READY=1</c> counts here.
/// An address that begins with <c>@</c> is an abstract one, without a file: everybody on the host can send to it.
/// </summary>
internal sealed unsafe class NotifySocket : IDisposable
{
    /// <summary>To find out whose word it is takes a look at every process: nobody may have us do only that.</summary>
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly string _address;
    private readonly EventLoop _loop;
    private readonly Func<Sender, bool> _ready;
    private readonly byte[] _buffer = new byte[4096];
    private EventLoop.Timer? _pause;

    private NotifySocket(Socket socket, string address, EventLoop loop, Func<Sender, bool> ready)
    {
        _socket = socket;
        _address = address;
        _loop = loop;
        _ready = ready;
    }

    private int Fd => (int)_socket.Handle;

    /// <param name="ready">Called for each message that says so; false where it does not believe that.</param>
    /// <exception cref="GuardianException">The address cannot be had.</exception>
    public static NotifySocket Listen(string address, EventLoop loop, Func<Sender, bool> ready)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            // Before anybody can send: a message has its sender's name from the moment it is sent, or never.
            socket.SetRawSocketOption(Libc.SOL_SOCKET, Libc.SO_PASSCRED, BitConverter.GetBytes(1));
            socket.Bind(EndPoint(address));
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket.Dispose();
            throw new GuardianException("notify-failed", $"cannot listen for its readiness at {address}: {e.Message}");
        }

        var notify = new NotifySocket(socket, address, loop, ready);
        loop.Add(notify.Fd, Libc.POLLIN, _ => notify.ReadOne());
        return notify;
    }

    private static UnixDomainSocketEndPoint EndPoint(string address)
    {
        if (address.StartsWith('@'))
        {
            return new UnixDomainSocketEndPoint("\0" + address[1..]);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(address)!);
        File.Delete(address);
        return new UnixDomainSocketEndPoint(address);
    }

    public void Dispose()
    {
        _pause?.Cancel();
        _loop.Remove(Fd);
        _socket.Dispose();
        if (!_address.StartsWith('@'))
        {
            File.Delete(_address);
        }
    }

    /// <summary>One message, and then the others have their turn: a program that talks without end gets no more of the guardian than any.</summary>
    private void ReadOne()
    {
        if (Receive(out var sender) is { Length: > 0 } text && text.Split('\n').Contains("READY=1"))
        {
            if (!_ready(sender))
            {
                _loop.Change(Fd, 0);
                _pause = _loop.After(PauseAfterRefusal, () => _loop.Change(Fd, Libc.POLLIN));
            }
        }
    }

    /// <summary>The next message and who sent it; descriptors that come with it are dropped by the kernel, as there is no room for them.</summary>
    private string? Receive(out Sender sender)
    {
        nint count;
        Libc.Credentials credentials = default;
        fixed (byte* buffer = _buffer)
        {
            var part = new Libc.MessagePart { Start = buffer, Length = (nuint)_buffer.Length };
            var message = new Libc.MessageHeader { Parts = &part, PartCount = 1, Control = &credentials, ControlLength = (nuint)sizeof(Libc.Credentials) };
            count = Libc.ReceiveMessage(Fd, &message, Libc.MSG_DONTWAIT | Libc.MSG_CMSG_CLOEXEC);
        }

        var known = credentials is { Level: Libc.SOL_SOCKET, Type: Libc.SCM_CREDENTIALS };
        sender = known ? new Sender(credentials.Pid, credentials.User) : new Sender(0, uint.MaxValue);
        return count > 0 ? Encoding.UTF8.GetString(_buffer, 0, (int)count) : null;
    }
}
