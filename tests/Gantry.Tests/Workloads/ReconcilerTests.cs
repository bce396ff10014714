using Gantry.Workloads;
using Gantry.Workloads.Probes;
using Xunit;

namespace Gantry.Tests.Workloads;

public sealed class ReconcilerTests
{
    private static readonly Dictionary<string, ObservedWorkload> Nothing = [];

    [Fact]
    public void What_is_new_is_started_after_what_it_depends_on()
    {
        var web = Specs.Process("web") with { DependsOn = [new Dependency("api", DependencyCondition.Healthy)] };
        var plan = Reconciler.Plan([web, Specs.Process("api")], Nothing);
        Assert.Equal("Start api: new\nStart web: new\n", Specs.Text(plan));
    }

    [Fact]
    public void What_is_as_it_should_be_is_left_alone()
    {
        var specs = new[] { Specs.Process("a"), Specs.Process("b") };
        Assert.Empty(Reconciler.Plan(specs, Specs.Running(specs)).Steps);
    }

    [Fact]
    public void A_changed_command_replaces_and_names_its_cause()
    {
        var before = Specs.Process("a", "sleep", "1");
        var plan = Reconciler.Plan([Specs.Process("a", "sleep", "2")], Specs.Running(before));
        Assert.Equal("Replace a: command changed\n", Specs.Text(plan));
    }

    [Fact]
    public void A_changed_variable_is_named_and_its_value_is_not()
    {
        var before = Specs.Process("a") with { Env = Specs.Process("a").Env.Add("KEEP", "1").Add("PASSWORD", "old").Add("GONE", "x") };
        var after = Specs.Process("a") with { Env = Specs.Process("a").Env.Add("KEEP", "1").Add("PASSWORD", "new").Add("FRESH", "y") };
        var plan = Reconciler.Plan([after], Specs.Running(before));
        Assert.Equal("Replace a: env FRESH added, env GONE removed, env PASSWORD changed\n", Specs.Text(plan));
    }

    [Fact]
    public void Rules_around_a_workload_change_without_touching_it()
    {
        var before = Specs.Process("a");
        var after = before with
        {
            Health = new HealthSpec { Probe = new HttpProbe("/health") },
            Restart = RestartPolicy.Never,
            Stop = new StopPolicy { Grace = TimeSpan.FromSeconds(3) },
            Port = 20001,
        };
        Assert.Equal("Update a: health changed, restart changed, stop changed, port changed\n", Specs.Text(Reconciler.Plan([after], Specs.Running(before))));
    }

    [Fact]
    public void An_equal_exec_test_is_no_change_although_its_list_is_another_object()
    {
        WorkloadSpec Spec() => Specs.Process("a") with { Health = new HealthSpec { Probe = new ExecProbe(["true", "x"]) } };
        Assert.Empty(Reconciler.Plan([Spec()], Specs.Running(Spec())).Steps);
    }

    [Fact]
    public void Scaling_starts_or_removes_only_the_difference()
    {
        var two = Specs.Process("a") with { Replicas = 2 };
        var four = two with { Replicas = 4 };
        Assert.Equal("Start a/2: replicas 2 -> 4\nStart a/3: replicas 2 -> 4\n", Specs.Text(Reconciler.Plan([four], Specs.Running(two))));
        Assert.Equal("Remove a/3: replicas 4 -> 2\nRemove a/2: replicas 4 -> 2\n", Specs.Text(Reconciler.Plan([two], Specs.Running(four))));
    }

    [Fact]
    public void What_is_not_in_the_file_any_more_is_removed_before_all_else()
    {
        var plan = Reconciler.Plan([Specs.Process("new")], Specs.Running(Specs.Process("old")));
        Assert.Equal("Remove old: not in the workspace any more\nStart new: new\n", Specs.Text(plan));
    }

    [Theory]
    [InlineData(WorkloadState.Stopped, WorkloadType.Service, "Start a/0: stopped\n")]
    [InlineData(WorkloadState.Failed, WorkloadType.Service, "Start a/0: failed before\n")]
    [InlineData(WorkloadState.BackingOff, WorkloadType.Service, "Start a/0: backing off\n")]
    [InlineData(WorkloadState.Completed, WorkloadType.Service, "Start a/0: ended\n")]
    [InlineData(WorkloadState.Completed, WorkloadType.Task, "")]
    [InlineData(WorkloadState.Waiting, WorkloadType.Service, "")]
    [InlineData(WorkloadState.Stopping, WorkloadType.Service, "")]
    public void What_does_not_run_is_started_unless_it_has_done_its_work(WorkloadState state, WorkloadType type, string expected)
    {
        var spec = Specs.Process("a") with { Type = type };
        var observed = new Dictionary<string, ObservedWorkload> { ["a"] = Specs.In(state, spec) };
        Assert.Equal(expected, Specs.Text(Reconciler.Plan([spec], observed)));
    }

    [Fact]
    public void A_recreated_dependency_does_not_restart_its_dependents()
    {
        var api = Specs.Process("api", "old");
        var web = Specs.Process("web") with { DependsOn = [new Dependency("api", DependencyCondition.Healthy)] };
        var plan = Reconciler.Plan([Specs.Process("api", "new"), web], Specs.Running(api, web));
        Assert.Equal("Replace api: command changed\n", Specs.Text(plan));
    }
}
