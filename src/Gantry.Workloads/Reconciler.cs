using System.Collections.Immutable;

namespace Gantry.Workloads;

/// <summary>A workload as it is: the spec that was applied last, and its replicas.</summary>
public sealed record ObservedWorkload(WorkloadSpec Spec, ImmutableArray<ObservedReplica> Replicas);

public sealed record ObservedReplica(int Index, WorkloadState State);

/// <summary>
/// Compares what a workspace shall be with what it is, and says what to do and why. Pure: it asks nobody and does
/// nothing, so that a plan can be shown, tested as text, and found empty where all is well.
/// </summary>
public static class Reconciler
{
    /// <param name="desired">What shall be, in any order.</param>
    /// <param name="observed">What is, by name.</param>
    public static Plan Plan(IReadOnlyList<WorkloadSpec> desired, IReadOnlyDictionary<string, ObservedWorkload> observed)
    {
        var steps = ImmutableArray.CreateBuilder<PlanStep>();
        var byName = desired.ToDictionary(spec => spec.Name);
        foreach (var name in observed.Keys.Where(name => !byName.ContainsKey(name)).Order(StringComparer.Ordinal))
        {
            steps.Add(new PlanStep(PlanAction.Remove, name, null, ["not in the workspace any more"]));
        }

        foreach (var name in DependencyGraph.Of(desired).StartOrder())
        {
            AddSteps(byName[name], observed.GetValueOrDefault(name), steps);
        }

        return new Plan(steps.ToImmutable());
    }

    private static void AddSteps(WorkloadSpec spec, ObservedWorkload? present, ImmutableArray<PlanStep>.Builder steps)
    {
        if (present is null)
        {
            steps.Add(new PlanStep(PlanAction.Start, spec.Name, null, ["new"]));
            return;
        }

        var renewed = SpecHash.Of(present.Spec) != SpecHash.Of(spec);
        if (renewed)
        {
            steps.Add(new PlanStep(PlanAction.Replace, spec.Name, null, SpecChanges.OfRun(present.Spec, spec)));
        }

        AddReplicaSteps(spec, present, renewed, steps);
        var rules = SpecChanges.OfRules(present.Spec, spec);
        if (!renewed && rules.Length > 0)
        {
            steps.Add(new PlanStep(PlanAction.Update, spec.Name, null, rules));
        }
    }

    private static void AddReplicaSteps(WorkloadSpec spec, ObservedWorkload present, bool renewed, ImmutableArray<PlanStep>.Builder steps)
    {
        var scaled = $"replicas {present.Spec.Replicas} -> {spec.Replicas}";
        foreach (var replica in present.Replicas.Where(replica => replica.Index >= spec.Replicas).OrderByDescending(replica => replica.Index))
        {
            steps.Add(new PlanStep(PlanAction.Remove, spec.Name, replica.Index, [scaled]));
        }

        for (var index = 0; index < spec.Replicas; index++)
        {
            var replica = present.Replicas.FirstOrDefault(replica => replica.Index == index);
            if (replica is null)
            {
                steps.Add(new PlanStep(PlanAction.Start, spec.Name, index, [scaled]));
            }
            else if (!renewed && WhyStart(spec, replica.State) is { } cause)
            {
                steps.Add(new PlanStep(PlanAction.Start, spec.Name, index, [cause]));
            }
        }
    }

    private static string? WhyStart(WorkloadSpec spec, WorkloadState state) => state switch
    {
        WorkloadState.Stopped or WorkloadState.BackingOff => Words.Of(state),
        WorkloadState.Failed => "failed before",
        WorkloadState.Completed when spec.Type != WorkloadType.Task => "ended",
        _ => null,
    };
}
