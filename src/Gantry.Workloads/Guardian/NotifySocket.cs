using System.Net.Sockets;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// Listens for readiness messages in the form of sd_notify(3): datagrams of lines, of which <c>READY=1</c> counts here.
/// An address that begins with <c>@</c> is an abstract one, without a file.
/// </summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket;
    private readonly string _address;
    private readonly EventLoop _loop;
    private readonly Action _ready;
    private readonly byte[] _buffer = new byte[4096];

    private NotifySocket(Socket socket, string address, EventLoop loop, Action ready)
    {
        _socket = socket;
        _address = address;
        _loop = loop;
        _ready = ready;
    }

    private int Fd => (int)_socket.Handle;

    /// <exception cref="GuardianException">The address cannot be had.</exception>
    public static NotifySocket Listen(string address, EventLoop loop, Action ready)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Bind(EndPoint(address));
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket.Dispose();
            throw new GuardianException("notify-failed", $"cannot listen for its readiness at {address}: {e.Message}");
        }

        var notify = new NotifySocket(socket, address, loop, ready);
        loop.Add(notify.Fd, Libc.POLLIN, _ => notify.Read());
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
        _loop.Remove(Fd);
        _socket.Dispose();
        if (!_address.StartsWith('@'))
        {
            File.Delete(_address);
        }
    }

    private void Read()
    {
        while (true)
        {
            var count = _socket.Receive(_buffer, SocketFlags.None, out var error);
            if (error != SocketError.Success || count <= 0)
            {
                return;
            }

            foreach (var line in System.Text.Encoding.UTF8.GetString(_buffer, 0, count).Split('\n'))
            {
                if (line == "READY=1")
                {
                    _ready();
                }
            }
        }
    }
}
