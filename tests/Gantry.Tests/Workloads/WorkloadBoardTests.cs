using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Workloads;

public sealed class WorkloadBoardTests
{
    private readonly WorkloadBoard _board = new(TimeProvider.System);

    [Fact]
    public async Task A_new_reader_gets_the_present_state_first_and_then_what_follows()
    {
        _board.Publish(Snapshot("a", WorkloadState.Waiting));
        _board.Publish(Snapshot("a", WorkloadState.Running));
        await using var events = _board.WatchAsync(null, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(WorkloadState.Running, events.Current.Workload!.State);
        Assert.True(events.Current.IsPart);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal((WorkloadEventKind.Present, _board.Sequence, false), (events.Current.Kind, events.Current.Sequence, events.Current.IsPart));

        _board.Publish(Snapshot("a", WorkloadState.Stopping));
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(WorkloadState.Stopping, events.Current.Workload!.State);
    }

    [Fact]
    public async Task A_reader_who_comes_back_misses_nothing()
    {
        _board.Publish(Snapshot("a", WorkloadState.Waiting));
        var last = _board.Sequence;
        _board.Publish(Snapshot("a", WorkloadState.Running));
        _board.Publish(Snapshot("b", WorkloadState.Waiting));
        var missed = await Take(last, 2);
        Assert.Equal([("a", last + 1), ("b", last + 2)], missed.Select(e => (e.Workload!.Name, e.Sequence)));
    }

    [Fact]
    public async Task A_reader_who_fell_too_far_behind_gets_the_present_state()
    {
        _board.Publish(Snapshot("a", WorkloadState.Waiting));
        var last = _board.Sequence;
        for (var i = 0; i < 10_000; i++)
        {
            _board.Publish(Snapshot("b", i % 2 == 0 ? WorkloadState.Running : WorkloadState.Waiting));
        }

        var present = await Take(last, 2);
        Assert.Equal(["a", "b"], present.Select(e => e.Workload!.Name));
        Assert.All(present, e => Assert.Equal(_board.Sequence, e.Sequence));
    }

    [Fact]
    public async Task A_number_of_an_earlier_daemon_is_behind_the_ring()
    {
        _board.Publish(Snapshot("a", WorkloadState.Running));
        Assert.Equal("a", Assert.Single(await Take(12345, 1)).Workload!.Name);
    }

    [Fact]
    public async Task Waiting_ends_with_the_event_that_makes_the_condition_true()
    {
        var waiting = _board.WaitAsync(() => _board.Find("w", "a")?.State == WorkloadState.Running, TestContext.Current.CancellationToken);
        _board.Publish(Snapshot("a", WorkloadState.Waiting));
        Assert.False(waiting.IsCompleted);
        _board.Publish(Snapshot("a", WorkloadState.Running));
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private async Task<List<WorkloadEvent>> Take(long after, int count)
    {
        var taken = new List<WorkloadEvent>();
        await foreach (var happened in _board.WatchAsync(after, TestContext.Current.CancellationToken))
        {
            taken.Add(happened);
            if (taken.Count == count)
            {
                break;
            }
        }

        return taken;
    }

    private static WorkloadSnapshot Snapshot(string name, WorkloadState state) => new()
    {
        Workspace = "w",
        Name = name,
        Type = WorkloadType.Service,
        Runtime = RuntimeKind.Process,
        State = state,
        Health = Health.None,
        Ready = false,
        Reason = "",
        Replicas = [],
    };
}
