using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Tests.Proxy.Wire;

/// <summary>One end of a TCP connection, read and written byte by byte, for what no HTTP library would send.</summary>
internal sealed class RawConnection(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public static async Task<RawConnection> ConnectAsync(int port, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), ct);
        return new RawConnection(socket);
    }

    public async Task SendAsync(string text, CancellationToken ct) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), ct);

    /// <summary>Reads up to and including the empty line.</summary>
    public Task<string> ReadHeadAsync(CancellationToken ct) => ReadUntilAsync("\r\n\r\n", ct);

    /// <summary>Reads up to and including the mark.</summary>
    public async Task<string> ReadUntilAsync(string mark, CancellationToken ct)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith(mark, StringComparison.Ordinal))
        {
            if (await _stream.ReadAsync(one, ct) == 0)
            {
                throw new EndOfStreamException($"Ended after: {text}");
            }

            text.Append((char)one[0]);
        }

        return text.ToString();
    }

    public async Task<string> ReadAsync(int count, CancellationToken ct)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, ct);
        return Encoding.Latin1.GetString(bytes);
    }

    /// <summary>Reads until the other side ends its half, or breaks the connection.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken ct)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await _stream.ReadAsync(buffer, ct) is var read and > 0)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            text.Append("<reset>");
        }

        return text.ToString();
    }

    /// <summary>Ends the connection with RST, as a process does that dies with unread data.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        Dispose();
    }

    public void Dispose() => _stream.Dispose();
}
