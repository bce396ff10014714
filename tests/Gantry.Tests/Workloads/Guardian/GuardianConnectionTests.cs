using Gantry.Workloads.Guardian;
using Gantry.Workloads.Guardian.Wire;
using Xunit;

namespace Gantry.Tests.Workloads.Guardian;

/// <summary>What the guardian does with an order that it cannot take: it says so, and the connection stays.</summary>
public sealed class GuardianConnectionTests : IAsyncLifetime
{
    /// <summary>In milliseconds: what is waited for may never come.</summary>
    private const int Patience = 30_000;

    private readonly List<Exception> _failures = [];
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EventLoop _loop;
    private FakeDaemon _daemon = null!;
    private GuardianConnection _connection = null!;
    private Task _running = Task.CompletedTask;

    public GuardianConnectionTests() => _loop = new EventLoop(TimeProvider.System, _failures.Add);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (_daemon, var socket) = await FakeDaemon.ConnectAsync(Ct);
        _connection = new GuardianConnection(socket, _loop)
        {
            OrderReceived = order => _connection.Send(new DoneReply { Id = order.Id }),
            Closed = _closed.SetResult,
        };
        _running = Task.Factory.StartNew(_loop.Run, Ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        _loop.Post(_loop.Stop);
        await _running;
        _connection.Dispose();
        _loop.Dispose();
        _daemon.Dispose();
        Assert.Empty(_failures);
    }

    [Theory(Timeout = Patience)]
    [InlineData(1)]
    [InlineData(20_000_000)]
    public async Task One_that_is_too_long_is_answered_and_passed_over(int tooMuch)
    {
        var order = new RemarkOrder("w/s/0", new string('x', GuardianProtocol.MaxFrame + tooMuch)) { Id = 7 };
        await _daemon.SendAsync(order.ToBytes(), Ct);
        var error = Assert.IsType<ErrorReply>(await _daemon.ReceiveAsync(Ct));
        Assert.Equal((7, "order-too-long"), (error.Id, error.Code));
        await NextIsAnsweredAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task One_that_lacks_something_is_answered_and_passed_over()
    {
        var fields = new FieldWriter();
        fields.Number(GuardianProtocol.Kind, 4);
        fields.Number(GuardianProtocol.Id, 9);
        await _daemon.SendAsync(fields.Written, Ct);
        var error = Assert.IsType<ErrorReply>(await _daemon.ReceiveAsync(Ct));
        Assert.Equal((9, "bad-order"), (error.Id, error.Code));
        await NextIsAnsweredAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task What_has_no_id_that_could_be_answered_is_no_connection()
    {
        await _daemon.SendAsync(new byte[] { 0xff, 0xff }, Ct);
        Assert.Null(await _daemon.ReceiveAsync(Ct));
        await _closed.Task.WaitAsync(Ct);
    }

    [Fact(Timeout = Patience)]
    public async Task Large_orders_and_small_ones_come_through_whole_and_leave_a_small_buffer()
    {
        for (var id = 1; id <= 20; id++)
        {
            var length = id % 2 == 0 ? 1 : 300_000 * id;
            await _daemon.SendAsync(new RemarkOrder("w/s/0", new string('x', length)) { Id = id }.ToBytes(), Ct);
            Assert.Equal(id, Assert.IsType<DoneReply>(await _daemon.ReceiveAsync(Ct)).Id);
        }

        Assert.InRange(_connection.Capacity, 1, 64 << 10);
    }

    private async Task NextIsAnsweredAsync()
    {
        await _daemon.SendAsync(new ForgetOrder("w/s/0") { Id = 8 }.ToBytes(), Ct);
        Assert.Equal(8, Assert.IsType<DoneReply>(await _daemon.ReceiveAsync(Ct)).Id);
        Assert.False(_closed.Task.IsCompleted);
    }
}
