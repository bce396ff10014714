using Gantry.Tests.Workloads.Guardian;
using Gantry.Workloads;
using Gantry.Workloads.Addresses;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Logs;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gantry.Tests.Workloads.Drivers;

/// <summary>What the daemon makes of the end of its connection: the lock tells whether its guardian has gone.</summary>
public sealed class GuardianLinkTests : IAsyncDisposable
{
    /// <summary>In milliseconds: what is waited for may never come.</summary>
    private const int Patience = 30_000;

    private static readonly DateTimeOffset At = new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);

    private readonly string _path = Directory.CreateTempSubdirectory("gantry-link-").FullName;
    private readonly PortLeases _ports = new(20000, 20001);
    private readonly HomeFolder _home;
    private readonly GuardianLink _link;

    public GuardianLinkTests()
    {
        _home = HomeFolder.Open(_path);
        _link = new GuardianLink(_home, new GuardianOptions { Command = ["/bin/true"], UseCgroups = false }, TimeProvider.System, NullLogger.Instance);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        _ports.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    [Fact(Timeout = Patience)]
    public async Task A_connection_that_breaks_while_the_guardian_lives_is_made_anew_and_nothing_is_lost()
    {
        using var guardian = FakeGuardian.Open(_home);
        var (runs, ended, notified) = (Instance(0), Instance(1), Instance(2));
        using (await ConnectAsync(guardian))
        {
        }

        using var again = await guardian.GreetAsync(Ct);
        await again.AnswerAsync<ListOrder>(
            _ => new ListReply([State(runs), State(ended) with { Exit = new ExitStatus(3) }, State(notified) with { Notified = true }]),
            Ct);
        Assert.Equal(3, (await ended.Exited.WaitAsync(Ct)).Code);
        await notified.Notified.WaitAsync(Ct);
        Assert.NotNull(await _link.GetAsync(start: false, Ct));
        Assert.False(runs.Exited.IsCompleted);
    }

    [Fact(Timeout = Patience)]
    public async Task A_guardian_that_is_gone_leaves_nothing_that_runs()
    {
        using var guardian = FakeGuardian.Open(_home);
        var instance = Instance(0);
        using (await ConnectAsync(guardian))
        {
            guardian.Dispose();
        }

        Assert.True((await instance.Exited.WaitAsync(Ct)).Lost);
    }

    [Theory(Timeout = Patience)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task A_frame_of_no_sensible_length_is_the_end_of_its_connection_and_not_of_all_answers(int length)
    {
        using var guardian = FakeGuardian.Open(_home);
        using var connection = await ConnectAsync(guardian);
        var client = (await _link.GetAsync(start: false, Ct))!;
        var asked = client.AskAsync<DoneReply>(new ForgetOrder("w/s/0"), Ct);
        await connection.SendAsync(new byte[8], Ct, length);
        Assert.Equal(GuardianClient.LostCode, (await Assert.ThrowsAsync<WorkloadException>(() => asked)).Fault.Code);
        using var again = await guardian.GreetAsync(Ct);
    }

    [Fact(Timeout = Patience)]
    public async Task An_order_longer_than_any_guardian_takes_is_not_sent_and_not_tried_again()
    {
        using var guardian = FakeGuardian.Open(_home);
        using var connection = await ConnectAsync(guardian);
        var client = (await _link.GetAsync(start: false, Ct))!;
        var long_ = new RemarkOrder("w/s/0", new string('x', GuardianProtocol.MaxFrame));
        var fault = (await Assert.ThrowsAsync<WorkloadException>(() => client.AskAsync<DoneReply>(long_, Ct))).Fault;
        Assert.True(fault.IsLasting);
        Assert.Contains("8 MiB", fault.Message, StringComparison.Ordinal);

        var asked = client.AskAsync<DoneReply>(new ForgetOrder("w/s/0"), Ct);
        await connection.AnswerAsync<ForgetOrder>(_ => new DoneReply(), Ct);
        await asked;
    }

    /// <summary>The one that starts meanwhile finds the lock held and leaves with 0, as <c>true</c> does.</summary>
    [Fact(Timeout = Patience)]
    public async Task A_guardian_that_holds_the_lock_and_is_not_to_be_reached_yet_is_waited_for()
    {
        using var guardian = FakeGuardian.Hold(_home);
        var getting = _link.GetAsync(start: true, Ct);
        Assert.NotSame(getting, await Task.WhenAny(getting, Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Ct)));
        guardian.Listen();
        using var connection = await guardian.GreetAsync(Ct);
        Assert.NotNull(await getting);
    }

    [Fact(Timeout = Patience)]
    public async Task A_guardian_that_was_started_beside_another_is_taken_away_when_it_has_left()
    {
        await using var link = StartingLink();
        var getting = link.GetAsync(start: true, Ct);
        var pid = await StartedAsync();
        using var guardian = FakeGuardian.Open(_home);
        using var connection = await guardian.GreetAsync(Ct);
        Assert.NotNull(await getting);
        Assert.False(Directory.Exists($"/proc/{pid}"), $"{pid} is left");
    }

    /// <summary>The kernel frees a lock before the process that held it has ended.</summary>
    [Fact(Timeout = Patience)]
    public async Task A_guardian_that_is_gone_is_taken_away_also_where_it_ends_after_its_lock()
    {
        await using var link = StartingLink();
        var getting = link.GetAsync(start: true, Ct);
        var pid = await StartedAsync();
        using (var guardian = FakeGuardian.Open(_home))
        using (await guardian.GreetAsync(Ct, pid))
        {
            Assert.NotNull(await getting);
        }

        while (Directory.Exists($"/proc/{pid}"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ct);
        }
    }

    /// <summary>One whose guardian tells its pid, keeps nothing, and leaves after a while.</summary>
    private GuardianLink StartingLink() => new(
        _home,
        new GuardianOptions { Command = ["/bin/sh", "-c", $"echo $$ > {_path}/starting; mv {_path}/starting {_path}/started; sleep 0.5"], UseCgroups = false },
        TimeProvider.System,
        NullLogger.Instance);

    private async Task<int> StartedAsync()
    {
        var started = Path.Combine(_path, "started");
        while (!File.Exists(started))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ct);
        }

        return int.Parse(await File.ReadAllTextAsync(started, Ct), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void What_is_adopted_late_does_not_take_the_place_of_what_was_started_since()
    {
        var started = Instance(0);
        Assert.Same(started, _link.Adopt(New(0)));
        Assert.Same(started, _link.Find(started.Id.ToString()));
        var unknown = New(1);
        Assert.Same(unknown, _link.Adopt(unknown));
    }

    private async Task<FakeConnection> ConnectAsync(FakeGuardian guardian)
    {
        var getting = _link.GetAsync(start: false, Ct);
        var connection = await guardian.GreetAsync(Ct);
        Assert.NotNull(await getting);
        return connection;
    }

    private ProcessInstance Instance(int replica)
    {
        var instance = New(replica);
        _link.Register(instance);
        return instance;
    }

    private ProcessInstance New(int replica) =>
        new(_home, _link, _ports, new InstanceId("w", "s", replica), new InstanceTag("hash", null, default(LogCursor)), TimeProvider.System);

    private static GuardedState State(ProcessInstance instance) =>
        new(instance.Id.ToString(), Lifetime.Workspace, 4711, 1, At, null, Alone: false, Notified: false, "{}");
}
