using System.Collections.Immutable;
using System.Globalization;

namespace Gantry.Workloads;

/// <summary>From a spec to the steps that lead there, and the steps.</summary>
public sealed partial class WorkloadManager
{
    private static bool IsActive(ManagedWorkspace workspace, string name) =>
        workspace.Workloads.GetValueOrDefault(name)?.Observed.Replicas.Any(replica => replica.State != WorkloadState.Stopped) ?? false;

    /// <summary>What is asked for; where that is only a part, all else keeps the spec it has.</summary>
    private static (WorkspaceSpec Spec, ImmutableArray<string> Wanted) Select(WorkspaceSpec spec, IReadOnlyCollection<string> only, ManagedWorkspace? present)
    {
        var graph = DependencyGraph.Of(spec.Workloads);
        if (only.Count == 0)
        {
            return (spec, graph.StartOrder());
        }

        var wanted = graph.WithDependencies(only);
        var kept = spec.Workloads.Select(workload =>
            wanted.Contains(workload.Name) ? workload : present?.Workloads.GetValueOrDefault(workload.Name)?.Spec ?? workload);
        return (spec with { Workloads = [.. kept] }, wanted);
    }

    private static Plan PlanFor(WorkspaceSpec spec, ImmutableArray<string> wanted, ManagedWorkspace? present)
    {
        var plan = Reconciler.Plan(spec.Workloads, present?.Observed ?? new Dictionary<string, ObservedWorkload>());
        return new Plan([.. plan.Steps.Where(step => step.Action == PlanAction.Remove || wanted.Contains(step.Workload))]);
    }

    private static async Task CarryOutAsync(Plan plan, WorkspaceSpec spec, ManagedWorkspace workspace, CancellationToken ct)
    {
        Announce(plan, spec, workspace);
        try
        {
            await RemoveStepsAsync(plan, workspace, ct);
            foreach (var workload in spec.Workloads)
            {
                await workspace.VacateAsync(workload);
            }

            foreach (var workload in spec.Workloads)
            {
                await workspace.SetAsync(workload, ct);
            }

            await OtherStepsAsync(plan, workspace, ct);
        }
        finally
        {
            foreach (var workload in workspace.Workloads.Values)
            {
                workload.ForgetAwaited();
            }
        }
    }

    /// <summary>What comes is to be seen before that goes which it is to follow: that may take its whole grace.</summary>
    private static void Announce(Plan plan, WorkspaceSpec spec, ManagedWorkspace workspace)
    {
        var leaving = plan.Steps.Where(step => step.Action == PlanAction.Remove)
            .Select(step => step.Replica is { } replica ? string.Create(CultureInfo.InvariantCulture, $"{step.Workload} replica {replica}") : step.Workload).ToList();
        var awaited = leaving.Count > 0 ? $"waits for {string.Join(", ", leaving)} to stop" : null;
        var coming = plan.Steps.Where(step => step.Action == PlanAction.Start).Select(step => step.Workload).ToHashSet();
        foreach (var workload in spec.Workloads)
        {
            workspace.Announce(workload, coming.Contains(workload.Name) ? awaited : null);
        }
    }

    private static async Task OtherStepsAsync(Plan plan, ManagedWorkspace workspace, CancellationToken ct)
    {
        foreach (var step in plan.Steps.Where(step => step.Action != PlanAction.Remove))
        {
            var workload = workspace.Workloads[step.Workload];
            var indexes = step.Replica is { } only ? [only] : Enumerable.Range(0, workload.Spec.Replicas);
            foreach (var index in indexes)
            {
                await (step.Action switch
                {
                    PlanAction.Start => workload.WantAsync(index, ct),
                    PlanAction.Replace => workload[index]!.RenewAsync(workload.Spec, ct),
                    _ => workload[index]!.UpdateAsync(workload.Spec, ct),
                });
            }
        }
    }

    private static async Task RemoveStepsAsync(Plan plan, ManagedWorkspace workspace, CancellationToken ct)
    {
        var gone = plan.Steps.Where(step => step is { Action: PlanAction.Remove, Replica: null }).Select(step => step.Workload).ToList();
        await workspace.StopAsync(gone, ct);
        foreach (var name in gone)
        {
            await workspace.ForgetAsync(name);
        }

        foreach (var step in plan.Steps.Where(step => step is { Action: PlanAction.Remove, Replica: not null }))
        {
            await workspace.Workloads[step.Workload].RemoveAsync(step.Replica!.Value, ct);
        }
    }
}
