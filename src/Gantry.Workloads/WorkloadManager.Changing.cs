using System.Collections.Immutable;

namespace Gantry.Workloads;

/// <summary>What starting, stopping or restarting workloads set in motion.</summary>
/// <param name="Workloads">Those that must be ready for it, dependencies included, in start order; of a stop, those that are stopped.</param>
/// <param name="Moved">Those among them that were set in motion.</param>
/// <param name="Sequence">The number of the last event before.</param>
public sealed record Change(ImmutableArray<string> Workloads, ImmutableArray<string> Moved, long Sequence);

/// <summary>Starts, stops and restarts what is there, by the spec that it has.</summary>
public sealed partial class WorkloadManager
{
    /// <summary>Starts workloads and what they depend on; returns once that is set in motion.</summary>
    /// <param name="names">Those that are meant; all where empty, but for tasks that have completed.</param>
    public Task<Change> StartAsync(string workspace, IReadOnlyCollection<string> names, CancellationToken ct) =>
        MoveAsync(workspace, names, (_, _) => false, ct);

    /// <summary>Has workloads end and run again, and starts what they depend on; returns once that is set in motion.</summary>
    /// <param name="names">Those that are meant; all where empty, but for tasks that have completed.</param>
    public Task<Change> RestartAsync(string workspace, IReadOnlyCollection<string> names, CancellationToken ct) =>
        MoveAsync(workspace, names, (spec, replica) => Lifecycle.IsActive(replica.State) && (names.Count == 0 || names.Contains(spec.Name)), ct);

    /// <summary>
    /// Stops workloads, and returns when they have stopped. They stay stopped until somebody starts them: whoever does so
    /// while this waits has it leave them alone. Nobody else waits meanwhile, for a stop may take its whole grace.
    /// </summary>
    /// <param name="names">Those that are meant; all where empty, but for tasks that have completed: they would run again with the next start.</param>
    public async Task<Change> StopAsync(string workspace, IReadOnlyCollection<string> names, CancellationToken ct)
    {
        // What is being taken out of the workspace stops by that, and is not missed afterwards.
        var leaving = names.Where(name => IsLeaving(workspace, name)).ToList();
        var managed = await EnterAsync(workspace, ct);
        Change change;
        try
        {
            ImmutableArray<string> meant = [.. names.Count > 0 ? names.Where(name => managed.Workloads.ContainsKey(name) || !leaving.Contains(name)) : managed.Workloads.Values.Where(workload => !HasCompleted(workload.Spec, workload.Observed.Replicas)).Select(workload => workload.Spec.Name)];
            _ = managed.Find(meant);
            change = new Change(meant, meant, Board.Sequence);
            NoteUnsaved(managed.ChangeAnyway(record => record with { Stopped = record.Stopped.Union(meant) }));
        }
        finally
        {
            managed.Gate.Release();
        }

        await managed.StopWhileMeantAsync(change.Workloads, ct);
        return change;
    }

    private static bool HasCompleted(WorkloadSpec spec, IEnumerable<ObservedReplica> replicas) =>
        spec.Type == WorkloadType.Task && replicas.All(replica => replica.State == WorkloadState.Completed);

    /// <summary>A task that has completed is not run again because something else needs it; named itself, it is.</summary>
    private static bool MustStart(WorkloadSpec spec, ObservedReplica replica, IReadOnlyCollection<string> named) =>
        !Lifecycle.IsActive(replica.State)
        && (replica.State != WorkloadState.Completed || spec.Type != WorkloadType.Task || named.Contains(spec.Name));

    /// <param name="mustEnd">Whether a replica that is up is to run anew.</param>
    private async Task<Change> MoveAsync(string workspace, IReadOnlyCollection<string> names, Func<WorkloadSpec, ObservedReplica, bool> mustEnd, CancellationToken ct)
    {
        var managed = await EnterAsync(workspace, ct);
        try
        {
            var sequence = Board.Sequence;
            _ = managed.Find(names);
            var graph = DependencyGraph.Of(managed.Spec.Workloads);
            var wanted = names.Count > 0 ? graph.WithDependencies(names) : graph.StartOrder();
            var observed = managed.Observed;
            managed.Change(record => record with { Stopped = record.Stopped.Except(wanted) });
            var moved = ImmutableArray.CreateBuilder<string>();
            foreach (var workload in managed.Find(wanted))
            {
                var replicas = observed[workload.Spec.Name].Replicas;
                var ending = replicas.Where(replica => mustEnd(workload.Spec, replica)).ToList();
                var idle = replicas.Where(replica => MustStart(workload.Spec, replica, names)).ToList();
                foreach (var replica in ending)
                {
                    await workload[replica.Index]!.RenewAsync(workload.Spec, ct);
                }

                foreach (var replica in idle)
                {
                    await workload.WantAsync(replica.Index, ct);
                }

                if (ending.Count + idle.Count > 0)
                {
                    moved.Add(workload.Spec.Name);
                }
            }

            return new Change(wanted, moved.ToImmutable(), sequence);
        }
        finally
        {
            managed.Gate.Release();
        }
    }
}
