using Gantry.Workloads;
using Gantry.Workloads.Probes;
using Xunit;

namespace Gantry.Tests.Workloads;

public sealed class SpecHashTests
{
    [Fact]
    public void Equal_specs_have_one_hash_in_every_run() => Assert.Equal(SpecHash.Of(Spec()), SpecHash.Of(Spec()));

    [Fact]
    public void What_runs_is_in_the_hash()
    {
        var spec = Spec();
        var runtime = (ProcessRuntime)spec.Runtime;
        WorkloadSpec[] others =
        [
            spec with { Env = spec.Env.Add("A", "1") },
            spec with { TargetPort = 80 },
            spec with { Limits = new Limits { Pids = 5 } },
            spec with { Type = WorkloadType.Worker },
            spec with { Lifetime = Lifetime.Daemon },
            spec with { Runtime = runtime with { User = "nobody" } },
            spec with { Runtime = runtime with { WorkingDirectory = "/tmp" } },
            spec with { Runtime = runtime with { Command = ["sleep", "2"] } },
            spec with { Health = new HealthSpec { Probe = new NotifyProbe() } },
        ];
        Assert.Equal(others.Length + 1, others.Append(spec).Select(SpecHash.Of).Distinct().Count());
    }

    [Fact]
    public void The_rules_around_it_and_the_callers_environment_are_not()
    {
        var spec = Spec();
        WorkloadSpec[] same =
        [
            spec with { InheritedEnv = spec.InheritedEnv.Add("TERM", "xterm") },
            spec with { Port = 12345 },
            spec with { Restart = RestartPolicy.Never },
            spec with { Replicas = 3 },
            spec with { Health = new HealthSpec { Probe = new HttpProbe("/") } },
            spec with { DependsOn = [new Dependency("x", DependencyCondition.Started)] },
            spec with { Stop = new StopPolicy { Signal = "SIGINT" } },
        ];
        Assert.All(same, other => Assert.Equal(SpecHash.Of(spec), SpecHash.Of(other)));
    }

    private static WorkloadSpec Spec() => Specs.Process("a", "sleep", "1");
}
