using System.Buffers.Binary;
using System.Net.Sockets;
using Gantry.Workloads.Guardian;

namespace Gantry.Tests.Workloads.Guardian;

/// <summary>A daemon as its guardian sees it: one end of a connection.</summary>
internal sealed class FakeDaemon : IDisposable
{
    private readonly NetworkStream _stream;

    private FakeDaemon(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>Connects, and hands out the guardian's end.</summary>
    public static async Task<(FakeDaemon Daemon, Socket Guardian)> ConnectAsync(CancellationToken ct)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint($"\0gantry-test-{Guid.NewGuid():N}"));
        listener.Listen(1);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(listener.LocalEndPoint!, ct);
        return (new FakeDaemon(socket), await listener.AcceptAsync(ct));
    }

    public async Task SendAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var header = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, content.Length);
        await _stream.WriteAsync(header, ct);
        await _stream.WriteAsync(content, ct);
    }

    /// <summary>The next message; null at the connection's end.</summary>
    public async Task<GuardianMessage?> ReceiveAsync(CancellationToken ct)
    {
        var header = new byte[4];
        if (await _stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, ct) < header.Length)
        {
            return null;
        }

        var content = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
        await _stream.ReadExactlyAsync(content, ct);
        return GuardianMessage.Read(content);
    }

    public void Dispose() => _stream.Dispose();
}
