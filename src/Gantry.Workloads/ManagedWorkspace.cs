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

    /// <summary>
    /// Changes what is kept even where the disk would not take it: whoever fills the disk must be able to be ended. A daemon
    /// that comes before the next change is written knows nothing of this one.
    /// </summary>
    /// <returns>Why it is not on disk; null where it is.</returns>
    public Fault? ChangeAnyway(Func<WorkspaceRecord, WorkspaceRecord> change)
    {
        lock (_lock)
        {
            try
            {
                Change(change);
                return null;
            }
            catch (WorkloadException e)
            {
                _record = change(_record);
                return e.Fault;
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

    /// <summary>
    /// Asks workloads to stop, those that others wait for after those others, and returns when all have. The caller is at
    /// the gate.
    /// </summary>
    public Task StopAsync(IReadOnlyCollection<string> names, CancellationToken ct) =>
        StopInOrderAsync(names, _ => true, workload => UnwantAsync(workload, ct), ct);

    /// <summary>
    /// The same for a caller who is not at the gate, and who leaves alone what the record does not call stopped any more:
    /// somebody else has started it since.
    /// </summary>
    public Task StopWhileMeantAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        return StopInOrderAsync(names, IsMeant, EndAsync, ct);

        bool IsMeant(string name) => Record.Stopped.Contains(name);

        async Task EndAsync(ManagedWorkload workload)
        {
            await Gate.WaitAsync(ct);
            try
            {
                if (IsMeant(workload.Spec.Name))
                {
                    await UnwantAsync(workload, ct);
                }
            }
            finally
            {
                Gate.Release();
            }
        }
    }

    private static async Task UnwantAsync(ManagedWorkload workload, CancellationToken ct)
    {
        foreach (var supervisor in workload.Supervisors)
        {
            await supervisor.UnwantAsync(ct);
        }
    }

    private Task StopInOrderAsync(IReadOnlyCollection<string> names, Func<string, bool> isMeant, Func<ManagedWorkload, Task> end, CancellationToken ct)
    {
        var graph = DependencyGraph.Of(Workloads.Values.Select(workload => workload.Spec));
        return Task.WhenAll(names.Select(StopOneAsync));

        async Task StopOneAsync(string name)
        {
            var before = graph.DependentsOf(name).Where(names.Contains).ToList();
            await services.Board.WaitAsync(() => before.All(IsOver), ct);
            if (Workloads.TryGetValue(name, out var workload))
            {
                await end(workload);
                await services.Board.WaitAsync(() => IsOver(name), ct);
            }
        }

        bool IsOver(string name) => !isMeant(name) || (Workloads.GetValueOrDefault(name)?.IsStopped ?? true);
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
