using System.Text;
using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Workloads;

public sealed class LifecycleTests
{
    [Fact]
    public void Every_state_and_trigger_leads_to_the_approved_state()
    {
        var table = new StringBuilder();
        foreach (var state in Enum.GetValues<WorkloadState>())
        {
            foreach (var trigger in Enum.GetValues<Trigger>())
            {
                var next = Lifecycle.Next(state, trigger);
                table.Append($"{state,-10} {trigger,-16} {(next == state ? "-" : next)}\n");
            }
        }

        Approved.Verify("lifecycle", table.ToString());
    }

    [Fact]
    public void No_state_is_a_dead_end_for_what_is_wanted()
    {
        foreach (var state in Enum.GetValues<WorkloadState>())
        {
            Assert.Contains(WorkloadState.Running, ReachableFrom(state));
            Assert.Contains(WorkloadState.Stopped, ReachableFrom(state));
        }
    }

    [Theory]
    [InlineData(WorkloadType.Service, RestartMode.OnFailure, 1, Trigger.EndedToRetry)]
    [InlineData(WorkloadType.Service, RestartMode.OnFailure, 0, Trigger.EndedWell)]
    [InlineData(WorkloadType.Service, RestartMode.Always, 0, Trigger.EndedToRetry)]
    [InlineData(WorkloadType.Service, RestartMode.Never, 1, Trigger.EndedForGood)]
    [InlineData(WorkloadType.Service, RestartMode.Never, 0, Trigger.EndedWell)]
    [InlineData(WorkloadType.Task, RestartMode.Always, 0, Trigger.EndedWell)]
    [InlineData(WorkloadType.Task, RestartMode.OnFailure, 2, Trigger.EndedToRetry)]
    [InlineData(WorkloadType.Task, RestartMode.Never, 2, Trigger.EndedForGood)]
    public void An_end_is_judged_by_the_restart_policy(WorkloadType type, RestartMode mode, int code, Trigger expected) =>
        Assert.Equal(expected, Lifecycle.AfterEnd(type, new RestartPolicy { Mode = mode }, new ExitStatus(code), attempts: 0));

    [Fact]
    public void After_the_last_attempt_it_has_failed_for_good()
    {
        var policy = new RestartPolicy { Mode = RestartMode.OnFailure, MaxAttempts = 3 };
        Assert.Equal(Trigger.EndedToRetry, Lifecycle.AfterEnd(WorkloadType.Service, policy, new ExitStatus(1), attempts: 2));
        Assert.Equal(Trigger.EndedForGood, Lifecycle.AfterEnd(WorkloadType.Service, policy, new ExitStatus(1), attempts: 3));
    }

    [Fact]
    public void What_was_lost_is_started_again_whatever_its_policy()
    {
        foreach (var type in Enum.GetValues<WorkloadType>())
        {
            Assert.Equal(Trigger.EndedToRetry, Lifecycle.AfterEnd(type, RestartPolicy.Never, ExitStatus.WasLost, attempts: 99));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(1000, 30)]
    public void The_wait_before_a_restart_doubles_up_to_its_maximum(int attempt, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new RestartPolicy { Mode = RestartMode.Always }.Backoff(attempt));

    private static HashSet<WorkloadState> ReachableFrom(WorkloadState start)
    {
        var reached = new HashSet<WorkloadState> { start };
        while (true)
        {
            var next = reached.SelectMany(state => Enum.GetValues<Trigger>().Select(trigger => Lifecycle.Next(state, trigger))).ToHashSet();
            if (next.IsSubsetOf(reached))
            {
                return reached;
            }

            reached.UnionWith(next);
        }
    }
}
