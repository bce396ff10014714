using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Gantry.Cli.Native;

namespace Gantry.Cli.Connection;

/// <summary>
/// One request on one connection to the daemon's socket, by blocking calls of the C library. The framework's sockets
/// take fifteen milliseconds to load, which is most of what <c>gantry status</c> takes as a whole.
/// </summary>
internal static unsafe class UnixConnection
{
    private const int AddressSize = 110;
    private const int PathOffset = 2;
    private const int BufferSize = 32 << 10;
    private const int PatienceMilliseconds = 2_000;

    /// <summary>Sends a GET and reads the answer.</summary>
    /// <param name="socket">Path of the socket, at most 107 bytes.</param>
    /// <param name="headers">Complete header lines.</param>
    /// <returns>Status and body; null where nobody listens at the socket.</returns>
    /// <exception cref="IOException">The daemon does not answer, or not in HTTP.</exception>
    public static (int Status, ReadOnlyMemory<byte> Body)? Get(string socket, string path, string headers)
    {
        var fd = Connect(socket);
        if (fd < 0)
        {
            return null;
        }

        try
        {
            Write(fd, Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: gantry\r\nConnection: close\r\n{headers}\r\n"));
            return Read(fd);
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    private static int Connect(string path)
    {
        // struct sockaddr_un (unix(7)): the family, then the path with a final zero.
        var address = stackalloc byte[AddressSize];
        new Span<byte>(address, AddressSize).Clear();
        *(ushort*)address = Libc.AF_UNIX;
        if (!Encoding.UTF8.TryGetBytes(path, new Span<byte>(address + PathOffset, AddressSize - PathOffset - 1), out _))
        {
            return -1;
        }

        var fd = Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        if (fd >= 0 && Libc.Connect(fd, address, AddressSize) != 0)
        {
            _ = Libc.Close(fd);
            return -1;
        }

        return fd;
    }

    private static void Write(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (nint written = 0; written < bytes.Length;)
            {
                var count = Libc.Write(fd, start + written, (nuint)(bytes.Length - written));
                if (count < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
                {
                    throw new IOException("the daemon closed the connection");
                }

                written += Math.Max(0, count);
            }
        }
    }

    private static (int Status, ReadOnlyMemory<byte> Body) Read(int fd)
    {
        var response = new HttpResponseDecoder();
        var body = new ArrayBufferWriter<byte>(BufferSize);
        var buffer = new byte[BufferSize];
        while (!response.IsComplete)
        {
            var count = ReadSome(fd, buffer);
            if (count == 0)
            {
                response.End();
            }
            else
            {
                _ = response.Feed(buffer.AsSpan(0, count), body);
            }
        }

        return (response.Status, body.WrittenMemory);
    }

    private static int ReadSome(int fd, byte[] buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var poll = new Libc.PollFd { Fd = fd, Events = Libc.POLLIN };
                var ready = Libc.Poll(&poll, 1, PatienceMilliseconds);
                if (ready == 0)
                {
                    throw new IOException($"the daemon has not answered for {PatienceMilliseconds / 1000} s");
                }

                var count = ready < 0 ? -1 : Libc.Read(fd, start, (nuint)buffer.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                if (Marshal.GetLastPInvokeError() != Libc.EINTR)
                {
                    throw new IOException("the connection to the daemon broke");
                }
            }
        }
    }
}
