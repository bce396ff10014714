using System.Collections.Immutable;
using Gantry.Workloads.Addresses;

namespace Gantry.Workloads;

/// <summary>
/// One workload of one workspace with its replicas' supervisors and the address in front. Puts the replicas' snapshots
/// together into the workload's; changed only under its workspace's lock, but for the snapshots.
/// </summary>
internal sealed class ManagedWorkload : IAsyncDisposable
{
    private readonly SupervisorServices _services;
    private readonly Lock _lock = new();

    /// <summary>By index; replaced whole, for those who look up one of them without being at the gate.</summary>
    private ImmutableSortedDictionary<int, WorkloadSupervisor> _supervisors = ImmutableSortedDictionary<int, WorkloadSupervisor>.Empty;

    /// <summary>By index. Guarded by <see cref="_lock"/>.</summary>
    private ImmutableSortedDictionary<int, ReplicaSnapshot> _replicas = ImmutableSortedDictionary<int, ReplicaSnapshot>.Empty;

    /// <summary>Guarded by <see cref="_lock"/>.</summary>
    private WorkloadSnapshot? _published;

    private readonly Front _front;

    private string? _progress;

    /// <summary>See <see cref="Announce"/>. Guarded by <see cref="_lock"/>.</summary>
    private string? _awaited;

    public ManagedWorkload(WorkloadSpec spec, SupervisorServices services)
    {
        _services = services;
        _front = new Front(() => services.Board.Find(spec.Workspace, spec.Name), services, NoteAddressAsync);
        Spec = spec;
    }

    public WorkloadSpec Spec { get; private set; }

    /// <summary>Called with each replica that completes, as true, or that is completed no more.</summary>
    public Action<int, bool>? Completed { get; set; }

    /// <summary>Called with each replica that is told to end and run again, and the start of the run that ends.</summary>
    public Action<int, DateTimeOffset>? Renewing { get; init; }

    public ObservedWorkload Observed
    {
        get
        {
            lock (_lock)
            {
                return new ObservedWorkload(Spec, [.. _replicas.Values.Select(replica => new ObservedReplica(replica.Index, replica.State))]);
            }
        }
    }

    /// <summary>Whether the address in front is open at that port.</summary>
    public bool HasOpened(int port) => _front.OpenPort == port;

    public IEnumerable<WorkloadSupervisor> Supervisors => _supervisors.Values;

    public WorkloadSupervisor? this[int index] => _supervisors.GetValueOrDefault(index);

    /// <summary>Gives up the address in front where the spec that comes next has another one, so that its port can be had.</summary>
    public Task VacateAsync(WorkloadSpec next) => _front.VacateAsync(next.Port);

    /// <summary>Takes another spec: opens or moves the address in front and has as many supervisors as replicas, none of them started.</summary>
    public async Task SetSpecAsync(WorkloadSpec spec, CancellationToken ct)
    {
        Spec = spec;
        await _front.OpenAsync(spec.Port, ct);
        AddMissing();
        PublishAgain();
    }

    /// <summary>Is there to be seen from here on; nothing is opened or started.</summary>
    /// <param name="awaited">What has to happen before it is started, which is what it is shown to wait for until <see cref="ForgetAwaited"/>; null where nobody is about to start it.</param>
    public void Announce(string? awaited)
    {
        AddMissing();
        lock (_lock)
        {
            _awaited = awaited;
            PublishCombined();
        }
    }

    /// <summary>It is started, or will not be.</summary>
    public void ForgetAwaited()
    {
        lock (_lock)
        {
            _awaited = null;
            PublishCombined();
        }
    }

    /// <summary>Starts a replica, or says why it cannot be.</summary>
    public async Task WantAsync(int index, CancellationToken ct)
    {
        if (_front.Fault is not null)
        {
            // Whoever held the port may have left it.
            await _front.OpenAsync(Spec.Port, ct);
        }

        var supervisor = _supervisors[index];
        if (_front.Fault is not { } fault)
        {
            await supervisor.WantAsync(Spec, ct);
            return;
        }

        await supervisor.RefuseAsync(Spec, fault, ct);
        lock (_lock)
        {
            // Whoever wanted it waits for an answer, and it may be the same as before.
            _published = null;
            PublishCombined();
        }
    }

    /// <summary>Stops a replica and forgets it.</summary>
    public async Task RemoveAsync(int index, CancellationToken ct)
    {
        if (_supervisors.TryGetValue(index, out var supervisor))
        {
            _supervisors = _supervisors.Remove(index);
            await supervisor.UnwantAsync(ct);
            await _services.Board.WaitAsync(() => StateOf(index) is null or WorkloadState.Stopped, ct);
            await supervisor.DisposeAsync();
            lock (_lock)
            {
                _replicas = _replicas.Remove(index);
                PublishCombined();
            }
        }
    }

    public WorkloadState? StateOf(int index)
    {
        lock (_lock)
        {
            return _replicas.GetValueOrDefault(index)?.State;
        }
    }

    /// <summary>Whether every replica is at rest and unwanted.</summary>
    public bool IsStopped
    {
        get
        {
            lock (_lock)
            {
                return _replicas.Values.All(replica => replica.State == WorkloadState.Stopped);
            }
        }
    }

    /// <summary>Lets go of everything; what runs runs on, but nobody answers at its address.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var supervisor in _supervisors.Values)
        {
            await supervisor.DisposeAsync();
        }

        await _front.DisposeAsync();
    }

    /// <summary>The address is open, and what was refused for want of it starts; or somebody else has it now.</summary>
    private async Task NoteAddressAsync(Fault? fault, CancellationToken ct)
    {
        PublishAgain();
        foreach (var supervisor in _supervisors.Values)
        {
            await (fault is null ? supervisor.AdmitAsync(Spec, ct) : supervisor.RefuseStillAsync(fault, ct));
        }
    }

    private void AddMissing()
    {
        foreach (var index in Enumerable.Range(0, Spec.Replicas).Where(index => !_supervisors.ContainsKey(index)))
        {
            var id = new InstanceId(Spec.Workspace, Spec.Name, index);
            _supervisors = _supervisors.Add(index, new WorkloadSupervisor(Spec, id, _services, Publish, SetProgress));
        }
    }

    /// <summary>The spec or the address in front is another: what is known is told anew.</summary>
    private void PublishAgain()
    {
        lock (_lock)
        {
            if (_published is not null)
            {
                PublishCombined();
            }
        }
    }

    private void SetProgress(string line)
    {
        lock (_lock)
        {
            _progress = line;
            PublishCombined();
        }
    }

    private void Publish(ReplicaSnapshot replica)
    {
        ReplicaSnapshot? before;
        lock (_lock)
        {
            before = _replicas.GetValueOrDefault(replica.Index);
            _replicas = _replicas.SetItem(replica.Index, replica);
            if (_replicas.Values.All(other => other.State != WorkloadState.Preparing))
            {
                _progress = null;
            }

            PublishCombined();
        }

        var completed = replica.State == WorkloadState.Completed;
        if (completed != (before?.State == WorkloadState.Completed))
        {
            Completed?.Invoke(replica.Index, completed);
        }

        if (replica is { Renewing: true, StartedAt: { } startedAt } && before?.Renewing != true)
        {
            Renewing?.Invoke(replica.Index, startedAt);
        }
    }

    private void PublishCombined()
    {
        // Before the first word of a supervisor nothing has been started.
        var replicas = _replicas.IsEmpty ? WorkloadSnapshots.Unstarted(Spec) : [.. _replicas.Values];
        var shown = _awaited is { } awaited
            ? [.. replicas.Select(replica => replica.State == WorkloadState.Stopped ? replica with { State = WorkloadState.Waiting, Reason = awaited } : replica)]
            : replicas;
        var snapshot = WorkloadSnapshots.Combine(Spec, shown, _front.Fault, _progress);
        if (_published is null || !WorkloadSnapshots.AreEqual(_published, snapshot))
        {
            _published = snapshot;
            _services.Board.Publish(snapshot);
        }
    }
}
