using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Gantry.Workloads.Native;

/// <summary>Asks the kernel for its listening sockets and nothing else: sock_diag(7) over netlink(7).</summary>
internal static unsafe class SocketDiagnosis
{
    private const int NetlinkSockDiag = 4;
    private const ushort SockDiagByFamily = 20;
    private const ushort RequestDump = 0x1 | 0x300;
    private const ushort Error = 2, Done = 3;
    private const byte ProtocolTcp = 6;
    private const uint ListenState = 1 << 10;

    /// <summary><c>struct nlmsghdr</c>.</summary>
    private const int HeaderSize = 16;

    /// <summary><c>struct inet_diag_req_v2</c>.</summary>
    private const int RequestSize = 56;

    /// <summary><c>struct inet_diag_msg</c>.</summary>
    private const int AnswerSize = 72;

    /// <summary>Twice what netlink(7) advises to have room for. On the stack: this is asked a hundred times a second for each service that starts.</summary>
    private const int BufferSize = 16 << 10;

    /// <returns>The listeners of both families; null where the kernel does not answer: it may be none that knows this, or be kept from it.</returns>
    public static List<Listener>? ReadListeners()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var fd = Libc.Socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, NetlinkSockDiag);
        if (fd < 0)
        {
            return null;
        }

        try
        {
            var listeners = new List<Listener>();
            return Ask(fd, Libc.AF_INET, listeners) && Ask(fd, Libc.AF_INET6, listeners) ? listeners : null;
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    private static bool Ask(int fd, int family, List<Listener> into)
    {
        Span<byte> request = stackalloc byte[HeaderSize + RequestSize];
        request.Clear();
        MemoryMarshal.Write(request, (uint)request.Length);
        MemoryMarshal.Write(request[4..], SockDiagByFamily);
        MemoryMarshal.Write(request[6..], RequestDump);
        request[HeaderSize] = (byte)family;
        request[HeaderSize + 1] = ProtocolTcp;
        MemoryMarshal.Write(request[(HeaderSize + 4)..], ListenState);
        fixed (byte* bytes = request)
        {
            if (Libc.Write(fd, bytes, (nuint)request.Length) != request.Length)
            {
                return false;
            }
        }

        Span<byte> buffer = stackalloc byte[BufferSize];
        while (true)
        {
            nint count;
            fixed (byte* bytes = buffer)
            {
                count = Libc.Read(fd, bytes, (nuint)buffer.Length);
            }

            if (count < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR)
            {
                continue;
            }

            if (count <= 0 || Take(buffer[..(int)count], into) is not { } isDone)
            {
                return false;
            }

            if (isDone)
            {
                return true;
            }
        }
    }

    /// <returns>Whether that was the end of the answer; null where it is a refusal.</returns>
    internal static bool? Take(ReadOnlySpan<byte> messages, List<Listener> into)
    {
        while (messages.Length >= HeaderSize)
        {
            var length = MemoryMarshal.Read<int>(messages);
            var type = MemoryMarshal.Read<ushort>(messages[4..]);
            if (type == Done)
            {
                // With the dump's errno: where TCP's part of the family is a module that is not there, the end is all that comes.
                return length >= HeaderSize + sizeof(int) && messages.Length >= length && MemoryMarshal.Read<int>(messages[HeaderSize..]) < 0 ? null : true;
            }

            if (type == Error || length < HeaderSize + AnswerSize || length > messages.Length)
            {
                return null;
            }

            into.Add(Read(messages[HeaderSize..length]));

            // Messages begin at multiples of four (NLMSG_ALIGN).
            messages = messages[Math.Min((length + 3) & ~3, messages.Length)..];
        }

        return false;
    }

    /// <summary><c>struct inet_diag_msg</c>: ports and addresses in the network's byte order, all else in the host's.</summary>
    private static Listener Read(ReadOnlySpan<byte> message)
    {
        var address = new IPAddress(message.Slice(8, message[0] == Libc.AF_INET ? 4 : 16));
        return new Listener(address, BinaryPrimitives.ReadUInt16BigEndian(message[4..]), MemoryMarshal.Read<uint>(message[68..]));
    }
}
