using Gantry.Cli.Progress;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Cli;

public sealed class WorkspaceProgressTests
{
    private static readonly ServiceStatus Stopped = Samples.Service("api", WorkloadState.Stopped);
    private static readonly ServiceStatus Starting = Samples.Service("api", WorkloadState.Starting);
    private static readonly ServiceStatus Running = Samples.Service("api", WorkloadState.Running);
    private static readonly ServiceStatus Ready = Samples.Service("api", WorkloadState.Running, ready: true);

    [Fact]
    public void What_was_ready_and_is_left_alone_is_ready_at_once()
    {
        var progress = WorkspaceProgress.Of(Samples.Answer(Samples.Workspace(Ready)));
        Assert.True(progress.IsReady);
        Assert.Null(progress.Services[0].Took);
    }

    [Fact]
    public void What_is_replaced_is_not_ready_until_the_new_run_is()
    {
        var answer = Samples.Answer(Samples.Workspace(Ready), new PlanStep(PlanAction.Replace, "api", null, ["command changed"]));
        var progress = WorkspaceProgress.Of(answer);
        Assert.False(progress.IsReady);

        // Late news of the old run.
        progress = progress.Apply(Samples.Event(101, Ready with { Reason = "GET / answered 200" }));
        Assert.False(progress.IsReady);
        progress = Follow(progress, Samples.Service("api", WorkloadState.Stopping), Samples.Service("api", WorkloadState.Waiting), Starting, Running);
        Assert.False(progress.IsReady);
        Assert.True(Follow(progress, Ready).IsReady);
    }

    [Fact]
    public void What_is_rules_only_changes_nothing_of_being_ready()
    {
        var answer = Samples.Answer(Samples.Workspace(Ready), new PlanStep(PlanAction.Update, "api", null, ["restart changed"]));
        Assert.True(WorkspaceProgress.Of(answer).IsReady);
    }

    [Fact]
    public void A_fault_from_before_is_no_fault_of_this_start()
    {
        var failed = Samples.Service("api", WorkloadState.Failed, restarts: 5);
        var progress = WorkspaceProgress.Of(Samples.Answer(Samples.Workspace(failed), Samples.Start("api")));
        Assert.Equal(Standing.Working, progress.Services[0].Standing);
        Assert.Equal(Standing.Working, progress.Apply(Samples.Event(99, failed)).Services[0].Standing);
        progress = Follow(progress, Samples.Service("api", WorkloadState.Waiting), Starting);
        Assert.Empty(progress.Failed);
        Assert.Equal(["api"], Follow(progress, failed with { Replicas = [] }).Failed.Select(service => service.Name));
    }

    [Fact]
    public void Three_crashes_without_having_been_ready_are_an_answer()
    {
        var progress = Begin(Stopped);
        for (var crash = 1; crash <= 2; crash++)
        {
            progress = Follow(progress, Starting, Samples.Service("api", WorkloadState.BackingOff, restarts: crash));
            Assert.Equal(Standing.Working, progress.Services[0].Standing);
        }

        progress = Follow(progress, Samples.Service("api", WorkloadState.Running, restarts: 2), Samples.Service("api", WorkloadState.BackingOff, restarts: 3));
        Assert.Equal(Standing.Failed, progress.Services[0].Standing);
    }

    [Fact]
    public void What_has_crashed_is_crashing_until_it_is_ready_also_while_it_is_tried_again()
    {
        var progress = Follow(Begin(Stopped), Starting);
        Assert.False(progress.Services[0].IsCrashing);
        progress = Follow(progress, Samples.Service("api", WorkloadState.BackingOff, restarts: 1));
        Assert.True(progress.Services[0].IsCrashing);
        progress = Follow(progress, Samples.Service("api", WorkloadState.Starting, restarts: 1));
        Assert.True(progress.Services[0].IsCrashing);
        Assert.False(Follow(progress, Samples.Service("api", WorkloadState.Running, ready: true, restarts: 1)).Services[0].IsCrashing);
    }

    [Fact]
    public void Crashes_of_before_do_not_count()
    {
        var backingOff = Samples.Service("api", WorkloadState.BackingOff, restarts: 7);
        var progress = WorkspaceProgress.Of(Samples.Answer(Samples.Workspace(backingOff)));
        Assert.Equal(0, progress.Services[0].Crashes);
        progress = Follow(progress, Samples.Service("api", WorkloadState.BackingOff, restarts: 9));
        Assert.Equal((2, Standing.Working), (progress.Services[0].Crashes, progress.Services[0].Standing));
    }

    [Fact]
    public void A_count_that_has_fallen_begins_at_zero()
    {
        var progress = WorkspaceProgress.Of(Samples.Answer(Samples.Workspace(Samples.Service("api", WorkloadState.BackingOff, restarts: 7))));
        progress = Follow(progress, Samples.Service("api", WorkloadState.Starting, restarts: 0), Samples.Service("api", WorkloadState.BackingOff, restarts: 3));
        Assert.Equal(3, progress.Services[0].Crashes);
    }

    [Fact]
    public void Once_it_was_ready_a_crash_is_waited_out()
    {
        var progress = Follow(Begin(Stopped), Starting, Ready, Samples.Service("api", WorkloadState.BackingOff, restarts: 4));
        Assert.Equal(Standing.Working, progress.Services[0].Standing);
        Assert.Null(progress.Services[0].ReadyAt);
    }

    [Fact]
    public void Unhealthy_is_an_answer()
    {
        var progress = Follow(Begin(Stopped), Starting, Samples.Service("api", WorkloadState.Running, health: Health.Starting));
        Assert.Equal(Standing.Working, progress.Services[0].Standing);
        Assert.Equal(Standing.Failed, Follow(progress, Samples.Service("api", WorkloadState.Running, health: Health.Unhealthy)).Services[0].Standing);
    }

    [Fact]
    public void To_be_stopped_by_somebody_is_an_answer_and_not_to_have_begun_is_none()
    {
        var progress = Follow(Begin(Stopped), Stopped);
        Assert.Equal(Standing.Working, progress.Services[0].Standing);
        Assert.Equal(Standing.Failed, Follow(progress, Starting, Running, Stopped).Services[0].Standing);
    }

    [Fact]
    public void A_task_is_ready_when_it_has_completed_and_a_service_that_ends_is_not()
    {
        var task = Begin(Samples.Service("api", WorkloadState.Stopped, type: WorkloadType.Task));
        Assert.True(Follow(task, Starting, Samples.Service("api", WorkloadState.Completed, ready: true, type: WorkloadType.Task)).IsReady);
        Assert.Equal(Standing.Failed, Follow(Begin(Stopped), Starting, Samples.Service("api", WorkloadState.Completed)).Services[0].Standing);
    }

    [Fact]
    public void A_worker_that_was_ready_may_end()
    {
        var worker = Samples.Service("api", WorkloadState.Running, ready: true, type: WorkloadType.Worker);
        var progress = Follow(Begin(Stopped), Starting, worker, Samples.Service("api", WorkloadState.Completed, type: WorkloadType.Worker));
        Assert.True(progress.IsReady);
    }

    [Fact]
    public void What_is_taken_away_does_not_become_ready()
    {
        var removed = new ServiceEvent(200, Samples.Noon, WorkloadEventKind.Removed, "0123456789ab", Running);
        Assert.Equal(Standing.Failed, Follow(Begin(Stopped), Running).Apply(removed).Services[0].Standing);
        var gone = new ServiceEvent(200, Samples.Noon, WorkloadEventKind.WorkspaceRemoved, "0123456789ab", null);
        Assert.Equal(Standing.Failed, Follow(Begin(Stopped), Running).Apply(gone).Services[0].Standing);
    }

    [Fact]
    public void A_new_daemon_that_shows_services_as_stopped_while_it_adopts_them_alarms_nobody()
    {
        var progress = Follow(Begin(Stopped), Starting, Running).OfAnotherDaemon();
        progress = Follow(progress, Stopped);
        Assert.Equal(Standing.Working, progress.Services[0].Standing);
        Assert.True(Follow(progress, Ready).IsReady);
    }

    [Fact]
    public void The_time_it_took_is_its_own()
    {
        var progress = Begin(Stopped)
            .Apply(Samples.Event(101, Stopped, 1))
            .Apply(Samples.Event(102, Starting, 5))
            .Apply(Samples.Event(103, Ready, 7.5))
            .Apply(Samples.Event(104, Ready with { Reason = "still" }, 9));
        Assert.Equal(TimeSpan.FromSeconds(2.5), progress.Services[0].Took);
    }

    [Fact]
    public void Others_do_not_matter()
    {
        var progress = Begin(Stopped);
        Assert.Same(progress, progress.Apply(Samples.Event(101, Samples.Service("other", WorkloadState.Failed))));
    }

    [Fact]
    public void All_is_settled_when_the_rest_only_waits_for_what_has_failed()
    {
        var progress = WorkspaceProgress.Of(Samples.Answer(Samples.Workspace(Stopped, Samples.Service("web", WorkloadState.Stopped)), Samples.Start("api"), Samples.Start("web")));
        progress = Follow(progress, Starting, Samples.Service("web", WorkloadState.Waiting));
        Assert.False(progress.IsSettled);
        Assert.True(Follow(progress, Samples.Service("api", WorkloadState.Failed)).IsSettled);
    }

    private static WorkspaceProgress Begin(ServiceStatus service) => WorkspaceProgress.Of(Samples.Answer(Samples.Workspace(service), Samples.Start(service.Name)));

    private static WorkspaceProgress Follow(WorkspaceProgress progress, params ServiceStatus[] states) =>
        states.Aggregate(progress, (sofar, state) => sofar.Apply(Samples.Event(150, state)));
}
