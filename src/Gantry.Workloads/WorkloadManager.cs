using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gantry.Workloads.Addresses;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Logs;
using Microsoft.Extensions.Logging;

namespace Gantry.Workloads;

/// <summary>What applying a workspace set in motion.</summary>
/// <param name="Plan">The steps handed out, and why.</param>
/// <param name="Workloads">What was asked for, dependencies included, in start order.</param>
/// <param name="Sequence">The number of the last event before.</param>
public sealed record Application(Plan Plan, ImmutableArray<string> Workloads, long Sequence);

/// <summary>
/// The centre: the only one who talks to drivers and supervisors, and the only way to change what runs. Each workspace
/// is changed by one caller at a time; what follows from a change is seen by <see cref="WatchAsync"/>.
/// </summary>
public sealed partial class WorkloadManager : IAsyncDisposable
{
    private readonly SupervisorServices _services;
    private readonly WorkspaceRecords _records;
    private readonly PortRegistry _ports;
    private readonly ConcurrentDictionary<string, ManagedWorkspace> _workspaces = new();
    private readonly ILogger<WorkloadManager> _logger;

    /// <param name="ports">There before anything is started or adopted, so that nothing is given a port that is promised to a service.</param>
    public WorkloadManager(HomeFolder home, IEnumerable<IRuntimeDriver> drivers, PortRegistry ports, TimeProvider time, ILogger<WorkloadManager> logger)
    {
        _logger = logger;
        _ports = ports;
        _records = new WorkspaceRecords(home);
        Logs = new LogStore(home, time);
        _services = new SupervisorServices(drivers.ToDictionary(driver => driver.Kind), new WorkloadBoard(time), Logs, time, logger, OwnerOf);
    }

    public LogStore Logs { get; }

    /// <summary>The state of everything, to read.</summary>
    public WorkloadBoard Board => _services.Board;

    /// <summary>See <see cref="WorkloadBoard.WatchAsync"/>.</summary>
    public IAsyncEnumerable<WorkloadEvent> WatchAsync(long? after, CancellationToken ct) => Board.WatchAsync(after, ct);

    /// <summary>What this host cannot do of what a workspace asks for, by workload.</summary>
    public async Task<ImmutableArray<(string Workload, Fault Fault)>> CheckAsync(WorkspaceSpec spec, CancellationToken ct)
    {
        var faults = ImmutableArray.CreateBuilder<(string, Fault)>();
        foreach (var workload in spec.Workloads)
        {
            if (_services.Drivers.TryGetValue(workload.Runtime.Kind, out var driver))
            {
                faults.AddRange((await driver.CheckAsync(workload, ct)).Select(fault => (workload.Name, fault)));
            }
        }

        return faults.ToImmutable();
    }

    /// <summary>What <see cref="ApplyAsync"/> would do.</summary>
    public Application Plan(WorkspaceSpec spec, IReadOnlyCollection<string> only)
    {
        var (merged, wanted) = Select(spec, only, _workspaces.GetValueOrDefault(spec.Id));
        return new Application(PlanFor(merged, wanted, _workspaces.GetValueOrDefault(spec.Id)), wanted, Board.Sequence);
    }

    /// <summary>Brings a workspace to what its spec says; returns once everything is set in motion.</summary>
    /// <param name="only">Only these and what they depend on; everything where empty.</param>
    /// <exception cref="WorkloadException">The new state cannot be saved; then nothing is changed.</exception>
    public async Task<Application> ApplyAsync(WorkspaceSpec spec, IReadOnlyCollection<string> only, CancellationToken ct)
    {
        var workspace = await EnterAsync(spec.Id, () => new WorkspaceRecord { Spec = spec, Since = _services.Time.GetUtcNow() }, ct);
        try
        {
            var (merged, wanted) = Select(spec, only, workspace);
            var plan = PlanFor(merged, wanted, workspace);
            var sequence = Board.Sequence;
            var names = merged.Workloads.Select(workload => workload.Name).ToHashSet();
            var unwanted = names.Except(wanted).Where(name => !IsActive(workspace, name)).ToList();
            bool IsGone(string replica) => !names.Contains(WorkspaceRecord.WorkloadOf(replica));
            workspace.Change(record => record with
            {
                Spec = merged,
                Stopped = record.Stopped.Intersect(names).Except(wanted).Union(unwanted),
                Completed = record.Completed.RemoveRange(record.Completed.Keys.Where(IsGone)),
                Renewing = record.Renewing.RemoveRange(record.Renewing.Keys.Where(IsGone)),
                Removing = false,
            });
            Board.Publish(WorkloadEventKind.WorkspaceApplied, spec.Id);
            await CarryOutAsync(plan, merged, workspace, ct);
            return new Application(plan, wanted, sequence);
        }
        finally
        {
            if (workspace.Workloads.IsEmpty && !_records.Exists(spec.Id))
            {
                // Not even its record could be saved: it never was. Whoever has seen it already is told.
                _workspaces.TryRemove(spec.Id, out _);
                Board.Publish(WorkloadEventKind.WorkspaceRemoved, spec.Id);
            }

            workspace.Gate.Release();
        }
    }

    /// <summary>Takes a workspace down with everything in it, and returns when nothing of it is left but its logs.</summary>
    public async Task RemoveAsync(string workspace, CancellationToken ct)
    {
        if (await TryEnterAsync(workspace, ct) is not { } managed)
        {
            return;
        }

        try
        {
            await TakeDownAsync(managed, ct);
        }
        finally
        {
            managed.Gate.Release();
        }
    }

    /// <summary>Runs a command in a replica of a workload, the first one that runs where none is named.</summary>
    /// <exception cref="WorkloadException">Nothing runs, or the command cannot be started.</exception>
    public async Task<Execution> ExecAsync(string workspace, string name, int? replica, ExecRequest request, CancellationToken ct) =>
        await SupervisorOf(workspace, name, replica).ExecAsync(request, ct);

    /// <summary>Where a running replica listens at all; null where it does not run.</summary>
    public async Task<Listening?> FindListenersAsync(string workspace, string name, int replica, CancellationToken ct) =>
        await SupervisorOf(workspace, name, replica).FindListenersAsync(ct);

    /// <summary>Lets go of everything that outlives the daemon, and ends what does not.</summary>
    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await Task.WhenAll(_finishing);
        var leaving = _workspaces.Values.Where(workspace => workspace.Spec.Lifetime == Lifetime.Daemon).Select(workspace => workspace.Spec.Id);
        await Task.WhenAll(leaving.Select(id => TryAsync(() => RemoveAsync(id, CancellationToken.None))));

        foreach (var workspace in _workspaces.Values)
        {
            await workspace.DisposeAsync();
        }

        foreach (var driver in _services.Drivers.Values)
        {
            await driver.DisposeAsync();
        }

        _leaving.Dispose();
    }

    /// <summary>At the gate.</summary>
    private async Task TakeDownAsync(ManagedWorkspace managed, CancellationToken ct)
    {
        // A daemon that dies from here on leaves word that this is to be finished.
        NoteUnsaved(managed.ChangeAnyway(record => record with { Removing = true }));
        await managed.StopAsync([.. managed.Workloads.Keys], ct);
        foreach (var name in managed.Workloads.Keys)
        {
            await managed.ForgetAsync(name);
        }

        var id = managed.Spec.Id;
        await EndAsync(managed.Spec, [.. (await ObserveAsync(ct)).Where(instance => instance.Id.Workspace == id)], ct);
        managed.DeleteRecord();
        _ports.Release(id);
        _workspaces.TryRemove(id, out _);
        Board.Publish(WorkloadEventKind.WorkspaceRemoved, id);
    }

    private (string Service, string Workspace, string Path)? OwnerOf(int port)
    {
        foreach (var workspace in _workspaces.Values)
        {
            if (workspace.Workloads.Values.FirstOrDefault(workload => workload.HasOpened(port)) is { } owner)
            {
                return (owner.Spec.Name, workspace.Spec.Name, workspace.Spec.Path);
            }
        }

        return null;
    }

    private WorkloadSupervisor SupervisorOf(string workspace, string name, int? replica)
    {
        var workload = _workspaces.GetValueOrDefault(workspace)?.Workloads.GetValueOrDefault(name)
            ?? throw new WorkloadException(new Fault("unknown-service", $"there is no service {name} in this workspace", "gantry status"));
        var index = replica
            ?? workload.Observed.Replicas.Where(found => found.State == WorkloadState.Running).Select(found => (int?)found.Index).FirstOrDefault()
            ?? 0;
        return workload[index]
            ?? throw new WorkloadException(new Fault("unknown-replica", $"{name} has no replica {index}", $"it has {workload.Spec.Replicas}, counted from 0"));
    }

    /// <summary>The workspace, at its gate, which the caller leaves.</summary>
    /// <exception cref="WorkloadException">It is not up.</exception>
    private async Task<ManagedWorkspace> EnterAsync(string id, CancellationToken ct) =>
        await TryEnterAsync(id, ct) ?? throw new WorkloadException(new Fault("unknown-workspace", "this workspace is not up", "gantry up"));

    private async Task<ManagedWorkspace> EnterAsync(string id, Func<WorkspaceRecord> make, CancellationToken ct)
    {
        while (true)
        {
            _workspaces.GetOrAdd(id, _ => Manage(make()));
            if (await TryEnterAsync(id, ct) is { } workspace)
            {
                return workspace;
            }
        }
    }

    /// <summary>Null where it is not up, any more perhaps: who was at the gate before may have taken it down.</summary>
    private async Task<ManagedWorkspace?> TryEnterAsync(string id, CancellationToken ct)
    {
        while (_workspaces.GetValueOrDefault(id) is { } workspace)
        {
            await workspace.Gate.WaitAsync(ct);
            if (_workspaces.GetValueOrDefault(id) == workspace)
            {
                return workspace;
            }

            workspace.Gate.Release();
        }

        return null;
    }

    private ManagedWorkspace Manage(WorkspaceRecord record) =>
        new(record, _records, _services) { Completed = (workload, index, completed) => NoteCompleted(record.Spec.Id, workload, index, completed) };
}
