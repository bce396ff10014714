using Gantry.Workloads;

namespace Gantry.Tests.Workloads;

/// <summary>Specs to begin with.</summary>
internal static class Specs
{
    public static WorkloadSpec Process(string name, params string[] command) => new()
    {
        Workspace = "w",
        Name = name,
        Runtime = new ProcessRuntime { Command = [.. command.Length == 0 ? ["sleep", "1"] : command], WorkingDirectory = "/" },
        Restart = RestartPolicy.OnFailure,
        Port = 20000,
    };

    public static IReadOnlyDictionary<string, ObservedWorkload> Running(params WorkloadSpec[] specs) =>
        specs.ToDictionary(spec => spec.Name, spec => In(WorkloadState.Running, spec));

    public static ObservedWorkload In(WorkloadState state, WorkloadSpec spec) =>
        new(spec, [.. Enumerable.Range(0, spec.Replicas).Select(index => new ObservedReplica(index, state))]);

    public static string Text(Plan plan) => string.Concat(plan.Steps.Select(step =>
        $"{step.Action} {step.Workload}{(step.Replica is { } replica ? $"/{replica}" : "")}: {string.Join(", ", step.Causes)}\n"));
}
