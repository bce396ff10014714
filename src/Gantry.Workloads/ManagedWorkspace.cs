using System.Collections.Immutable;

namespace Gantry.Workloads;

/// <summary>One workspace as the manager holds it. Everything but the snapshots is changed under <see cref="Gate"/>.</summary>
internal sealed class ManagedWorkspace(WorkspaceRecord record, WorkspaceRecords records, SupervisorServices services) : IAsyncDisposable
{
    private readonly Lock _lock = new();

    /// <summary>Guarded by <see cref="_lock"/>: a task completes at any time, and that is noted too.</summary>
    private WorkspaceRecord _record = record;

    /// <summary>One change at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    public WorkspaceRecord Record
    {
        get
        {
            lock (_lock)
            {
                return _record;
            }
        }
    }

    public WorkspaceSpec Spec => Record.Spec;

    /// <summary>By name.</summary>
    public ImmutableSortedDictionary<string, ManagedWorkload> Workloads { get; private set; } = ImmutableSortedDictionary<string, ManagedWorkload>.Empty;

    /// <summary>Called with each replica that completes, as (workload, index).</summary>
    public Action<ManagedWorkload, int>? Completed { get; init; }

    public IReadOnlyDictionary<string, ObservedWorkload> Observed => Workloads.ToDictionary(pair => pair.Key, pair => pair.Value.Observed);

    /// <summary>Changes what is kept, on disk first.</summary>
    /// <exception cref="WorkloadException">The disk would not take it; then nothing is changed.</exception>
    public void Change(Func<WorkspaceRecord, WorkspaceRecord> change)
    {
        lock (_lock)
        {
            var changed = change(_record);
            if (changed != _record || !records.Exists(changed.Spec.Id))
            {
                records.Save(changed);
                _record = changed;
            }
        }
    }

    /// <summary>The workload of that name with that spec, made where it is new; nothing of it is started.</summary>
    public async Task<ManagedWorkload> SetAsync(WorkloadSpec spec)
    {
        if (!Workloads.TryGetValue(spec.Name, out var workload))
        {
            workload = new ManagedWorkload(spec, services) { Completed = index => Completed?.Invoke(Workloads[spec.Name], index) };
            Workloads = Workloads.Add(spec.Name, workload);
        }

        await workload.SetSpecAsync(spec);
        return workload;
    }

    /// <summary>Asks workloads to stop, those that others wait for after those others, and returns when all have.</summary>
    public async Task StopAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        var graph = DependencyGraph.Of(Workloads.Values.Select(workload => workload.Spec));
        await Task.WhenAll(names.Select(StopOneAsync));

        async Task StopOneAsync(string name)
        {
            var before = graph.DependentsOf(name).Where(names.Contains).ToList();
            await services.Board.WaitAsync(() => before.All(other => Workloads.GetValueOrDefault(other)?.IsStopped ?? true), ct);
            var workload = Workloads[name];
            foreach (var supervisor in workload.Supervisors)
            {
                await supervisor.UnwantAsync(ct);
            }

            await services.Board.WaitAsync(() => workload.IsStopped, ct);
        }
    }

    /// <summary>Forgets a workload that has stopped.</summary>
    public async Task ForgetAsync(string name)
    {
        if (Workloads.TryGetValue(name, out var workload))
        {
            await workload.DisposeAsync();
            Workloads = Workloads.Remove(name);
            services.Board.Remove(Spec.Id, name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var workload in Workloads.Values)
        {
            await workload.DisposeAsync();
        }

        Gate.Dispose();
    }
}
