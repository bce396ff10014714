using System.Buffers.Binary;
using System.Net.Sockets;
using Gantry.Workloads;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Native;

namespace Gantry.Tests.Workloads.Guardian;

/// <summary>A guardian as a daemon sees it: the home's lock, its socket, and what a test has it answer. It keeps nothing.</summary>
internal sealed class FakeGuardian : IDisposable
{
    private readonly HomeFolder _home;
    private readonly AdvisoryLock _lock;
    private Socket? _listener;

    private FakeGuardian(HomeFolder home) => (_home, _lock) = (home, AdvisoryLock.TryTake(home.GuardianLock)!);

    /// <summary>One that holds the lock and is not to be reached yet.</summary>
    public static FakeGuardian Hold(HomeFolder home) => new(home);

    public static FakeGuardian Open(HomeFolder home)
    {
        var guardian = Hold(home);
        guardian.Listen();
        return guardian;
    }

    public void Listen()
    {
        _listener = OwnersSocket.Bind(_home.GuardianSocket);
        _listener.Listen(4);
    }

    /// <summary>Takes the daemon's next connection and greets it.</summary>
    /// <param name="pid">Who it says it is; this process where that is not said.</param>
    public async Task<FakeConnection> GreetAsync(CancellationToken ct, int? pid = null)
    {
        var connection = new FakeConnection(await _listener!.AcceptAsync(ct));
        await connection.AnswerAsync<HelloOrder>(_ => new HelloReply(GuardianProtocol.Version, pid ?? Environment.ProcessId, new HostLimits(null, null, null)), ct);
        return connection;
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _lock.Dispose();
    }
}

/// <summary>The guardian's end of one connection.</summary>
internal sealed class FakeConnection(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    /// <summary>Reads the next order, which has to be of this kind, and answers it.</summary>
    public async Task<T> AnswerAsync<T>(Func<T, GuardianMessage> answer, CancellationToken ct)
        where T : GuardianOrder
    {
        var header = new byte[4];
        await _stream.ReadExactlyAsync(header, ct);
        var content = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
        await _stream.ReadExactlyAsync(content, ct);
        var order = Xunit.Assert.IsType<T>(GuardianOrder.Read(content));
        await SendAsync((answer(order) with { Id = order.Id }).ToBytes(), ct);
        return order;
    }

    /// <summary>Sends bytes as a frame of this length, or of their own.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> content, CancellationToken ct, int? length = null)
    {
        var frame = new byte[4 + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, length ?? content.Length);
        content.CopyTo(frame.AsMemory(4));
        await _stream.WriteAsync(frame, ct);
    }

    public void Dispose() => _stream.Dispose();
}
