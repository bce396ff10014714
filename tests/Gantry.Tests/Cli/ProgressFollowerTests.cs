using System.Runtime.CompilerServices;
using Gantry.Cli.Progress;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Cli;

public sealed class ProgressFollowerTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static readonly WorkspaceProgress Begun = WorkspaceProgress.Of(Samples.Answer(
        Samples.Workspace(Samples.Service("api", WorkloadState.Stopped), Samples.Service("web", WorkloadState.Stopped)), Samples.Start("api"), Samples.Start("web")));

    [Fact]
    public async Task It_ends_when_all_is_ready()
    {
        var (ending, progress) = await FollowAsync(Long, Moved("api", WorkloadState.Starting), Ready("api"), Moved("web", WorkloadState.Starting), Ready("web"));
        Assert.Equal(Ending.Ready, ending);
        Assert.True(progress.IsReady);
    }

    [Fact]
    public async Task It_ends_at_once_when_the_rest_only_waits_for_what_has_failed()
    {
        var (ending, _) = await FollowAsync(Long, Moved("web", WorkloadState.Waiting), Moved("api", WorkloadState.Starting), Moved("api", WorkloadState.Failed));
        Assert.Equal(Ending.Failed, ending);
    }

    [Fact]
    public async Task What_fails_soon_after_the_first_is_in_the_same_report()
    {
        var (ending, progress) = await FollowAsync(
            Long, Moved("web", WorkloadState.Starting), Moved("api", WorkloadState.Starting), Moved("api", WorkloadState.Failed), Moved("web", WorkloadState.Running), Moved("web", WorkloadState.Running), Moved("web", WorkloadState.Failed));
        Assert.Equal(Ending.Failed, ending);
        Assert.Equal(["api", "web"], progress.Failed.Select(service => service.Name));
    }

    [Fact]
    public async Task It_does_not_wait_for_ever_for_the_rest_of_a_failure()
    {
        var (ending, _) = await FollowAsync(Long, Moved("web", WorkloadState.Starting), Moved("api", WorkloadState.Starting), Moved("api", WorkloadState.Failed));
        Assert.Equal(Ending.Failed, ending);
    }

    [Fact]
    public async Task It_ends_when_the_time_is_over()
    {
        var (ending, progress) = await FollowAsync(TimeSpan.FromMilliseconds(50), Moved("api", WorkloadState.Starting), Ready("api"));
        Assert.Equal(Ending.TimedOut, ending);
        Assert.Equal(Standing.Ready, progress.Services[0].Standing);
    }

    [Fact]
    public async Task A_break_of_the_feed_is_another_daemon()
    {
        var (ending, _) = await FollowAsync(Long, Moved("api", WorkloadState.Running), null, Moved("api", WorkloadState.Stopped), Ready("api"), Ready("web"));
        Assert.Equal(Ending.Ready, ending);
    }

    [Fact]
    public async Task Cancelling_ends_it()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(30), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ProgressFollower(new SilentProgress(), TimeProvider.System).FollowAsync(Begun, Feed([], TestContext.Current.CancellationToken), Long, stop.Token));
    }

    [Fact]
    public async Task A_fault_of_the_feed_is_not_swallowed() =>
        await Assert.ThrowsAsync<IOException>(() => new ProgressFollower(new SilentProgress(), TimeProvider.System).FollowAsync(Begun, Broken(), Long, TestContext.Current.CancellationToken));

    private static Task<(Ending Ending, WorkspaceProgress Progress)> FollowAsync(TimeSpan timeout, params ServiceEvent?[] events) =>
        new ProgressFollower(new SilentProgress(), TimeProvider.System).FollowAsync(Begun, Feed(events, TestContext.Current.CancellationToken), timeout, TestContext.Current.CancellationToken);

    private static ServiceEvent Moved(string name, WorkloadState state) => Samples.Event(101, Samples.Service(name, state));

    private static ServiceEvent Ready(string name) => Samples.Event(101, Samples.Service(name, WorkloadState.Running, ready: true));

    /// <summary>The events, and then nothing more until somebody ends it.</summary>
    private static async IAsyncEnumerable<ServiceEvent?> Feed(ServiceEvent?[] events, [EnumeratorCancellation] CancellationToken ct)
    {
        // As moved: what follows is news.
        foreach (var happened in events.Prepend(Moved("web", WorkloadState.Waiting)).Prepend(Moved("api", WorkloadState.Waiting)))
        {
            await Task.Yield();
            yield return happened;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
    }

    private static async IAsyncEnumerable<ServiceEvent?> Broken()
    {
        await Task.Yield();
        yield return Moved("api", WorkloadState.Starting);
        throw new IOException("broken");
    }
}
