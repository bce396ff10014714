using System.Collections.Immutable;

namespace Gantry.Workloads;

/// <summary>One workspace as the manager holds it. Everything but the snapshots is changed under <see cref="Gate"/>.</summary>
internal sealed class ManagedWorkspace(WorkspaceRecord record, WorkspaceRecords records, SupervisorServices services) : IAsyncDisposable
{
    private readonly Lock _lock = new();

    /// <summary>Guarded by <see cref="_lock"/>: a task completes at any time, and that is noted too.</summary>
    private WorkspaceRecord _record = record;

    /// <summary>Whether it is down and nothing of it is to be kept. Guarded by <see cref="_lock"/>.</summary>
    private bool _deleted;

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

    /// <summary>Called with each replica that completes, as (workload, index, true), or that is completed no more.</summary>
    public Action<ManagedWorkload, int, bool>? Completed { get; init; }

    /// <summary>What there is, by name. What was told to stop counts as stopped, for so it will be if nobody wants it again.</summary>
    public IReadOnlyDictionary<string, ObservedWorkload> Observed
    {
        get
        {
            var stopped = Record.Stopped;
            return Workloads.ToDictionary(pair => pair.Key, pair => stopped.Contains(pair.Key) ? AsStopped(pair.Value.Observed) : pair.Value.Observed);
        }
    }

    /// <summary>Changes what is kept, on disk first.</summary>
    /// <exception cref="WorkloadException">The disk would not take it; then nothing is changed.</exception>
    public void Change(Func<WorkspaceRecord, WorkspaceRecord> change)
    {
        lock (_lock)
        {
            var changed = change(_record);
            if (!_deleted && (changed != _record || !records.Exists(changed.Spec.Id)))
            {
                records.Save(changed);
                _record = changed;
            }
        }
    }

    /// <summary>Keeps nothing of it any more, whatever is still changed by those who have not noticed.</summary>
    /// <exception cref="WorkloadException">The record cannot be deleted.</exception>
    public void DeleteRecord()
    {
        lock (_lock)
        {
            records.Delete(_record.Spec.Id);
            _deleted = true;
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

    /// <summary>The workloads of these names.</summary>
    /// <exception cref="WorkloadException">One is not there, any more perhaps.</exception>
    public ImmutableArray<ManagedWorkload> Find(IEnumerable<string> names) =>
    [
        .. names.Select(name => Workloads.GetValueOrDefault(name)
            ?? throw new WorkloadException(new Fault("unknown-service", $"{Spec.Name} has no service {name}", $"it has {string.Join(", ", Workloads.Keys)}"))),
    ];

    /// <summary>See <see cref="ManagedWorkload.VacateAsync"/>; of all that are to be set before the first is, for two may swap their ports.</summary>
    public Task VacateAsync(WorkloadSpec next) => Workloads.GetValueOrDefault(next.Name)?.VacateAsync(next) ?? Task.CompletedTask;

    /// <summary>The workload of that name with that spec, made where it is new; nothing of it is started.</summary>
    public async Task<ManagedWorkload> SetAsync(WorkloadSpec spec, CancellationToken ct)
    {
        var workload = GetOrMake(spec);
        await workload.SetSpecAsync(spec, ct);
        return workload;
    }

    /// <summary>Has the workload of that name there to be seen; one that is there already keeps its spec. See <see cref="ManagedWorkload.Announce"/>.</summary>
    public void Announce(WorkloadSpec spec, string? awaited) => GetOrMake(spec).Announce(awaited);

    /// <summary>
    /// Asks workloads to stop, those that others wait for after those others, and returns when all have. The caller is at
    /// the gate.
    /// </summary>
    public Task StopAsync(IReadOnlyCollection<string> names, CancellationToken ct) =>
        StopInOrderAsync(names, _ => true, name => UnwantAsync(name, ct), ct);

    /// <summary>
    /// The same for a caller who is not at the gate, and who leaves alone what the record does not call stopped any more:
    /// somebody else has started it since.
    /// </summary>
    public Task StopWhileMeantAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        return StopInOrderAsync(names, IsMeant, EndAsync, ct);

        bool IsMeant(string name) => Record.Stopped.Contains(name);

        async Task EndAsync(string name)
        {
            await Gate.WaitAsync(ct);
            try
            {
                if (IsMeant(name))
                {
                    await UnwantAsync(name, ct);
                }
            }
            finally
            {
                Gate.Release();
            }
        }
    }

    /// <summary>At the gate: whoever was there before may have taken it away.</summary>
    private async Task UnwantAsync(string name, CancellationToken ct)
    {
        foreach (var supervisor in Workloads.GetValueOrDefault(name)?.Supervisors ?? [])
        {
            await supervisor.UnwantAsync(ct);
        }
    }

    private static ObservedWorkload AsStopped(ObservedWorkload workload) => workload with
    {
        Replicas = [.. workload.Replicas.Select(replica => replica.State == WorkloadState.Stopping ? replica with { State = WorkloadState.Stopped } : replica)],
    };

    private Task StopInOrderAsync(IReadOnlyCollection<string> names, Func<string, bool> isMeant, Func<string, Task> end, CancellationToken ct)
    {
        var graph = DependencyGraph.Of(Workloads.Values.Select(workload => workload.Spec));
        return Task.WhenAll(names.Select(StopOneAsync));

        async Task StopOneAsync(string name)
        {
            var before = graph.DependentsOf(name).Where(names.Contains).ToList();
            await services.Board.WaitAsync(() => before.All(IsOver), ct);
            await end(name);
            await services.Board.WaitAsync(() => IsOver(name), ct);
        }

        bool IsOver(string name) => !isMeant(name) || (Workloads.GetValueOrDefault(name)?.IsStopped ?? true);
    }

    /// <summary>Forgets a workload that has stopped.</summary>
    public async Task ForgetAsync(string name)
    {
        if (Workloads.TryGetValue(name, out var workload))
        {
            Workloads = Workloads.Remove(name);
            await workload.DisposeAsync();
            services.Board.Remove(Spec.Id, name);
        }
    }

    /// <summary>What is ending to run again does so under a later daemon as well. Where the disk has no room that one takes it for running, and its end for its own.</summary>
    private void NoteRenewing(string workload, int index, DateTimeOffset startedAt) =>
        ChangeAnyway(record => record with { Renewing = record.Renewing.SetItem(WorkspaceRecord.KeyOf(workload, index), startedAt) });

    private ManagedWorkload GetOrMake(WorkloadSpec spec)
    {
        if (!Workloads.TryGetValue(spec.Name, out var workload))
        {
            var made = new ManagedWorkload(spec, services) { Renewing = (index, startedAt) => NoteRenewing(spec.Name, index, startedAt) };
            made.Completed = (index, completed) => Completed?.Invoke(made, index, completed);
            Workloads = Workloads.Add(spec.Name, made);
            return made;
        }

        return workload;
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
