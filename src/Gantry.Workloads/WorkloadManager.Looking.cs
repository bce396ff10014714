namespace Gantry.Workloads;

/// <summary>What there is, for those who only look: at any moment, whoever is changing it.</summary>
public sealed partial class WorkloadManager
{
    /// <summary>The workspaces as they were applied, the first to come first.</summary>
    public IEnumerable<WorkspaceSpec> Workspaces => _workspaces.Values
        .Select(workspace => workspace.Record)
        .OrderBy(record => record.Since)
        .ThenBy(record => record.Spec.Id, StringComparer.Ordinal)
        .Select(record => record.Spec);

    public WorkspaceSpec? Find(string workspace) => _workspaces.GetValueOrDefault(workspace)?.Spec;

    /// <summary>A workspace's workloads in the order of its spec, and behind them those that are in it no more and have not ended yet.</summary>
    public IEnumerable<WorkloadSpec> WorkloadsOf(WorkspaceSpec workspace)
    {
        var names = workspace.Workloads.Select(workload => workload.Name).ToHashSet(StringComparer.Ordinal);
        var present = _workspaces.GetValueOrDefault(workspace.Id)?.Workloads.Values ?? [];
        return workspace.Workloads.Concat(present.Select(workload => workload.Spec).Where(spec => !names.Contains(spec.Name)));
    }

    /// <summary>Whether a workload is there, or is about to be.</summary>
    public bool Has(string workspace, string name) => Find(workspace) is { } spec && WorkloadsOf(spec).Any(workload => workload.Name == name);

    /// <summary>Whether a workspace is being taken down, or is not up at all.</summary>
    public bool IsGoneOrGoing(string workspace) => _workspaces.GetValueOrDefault(workspace)?.Record.Removing ?? true;

    /// <summary>A workload as it is, one that is not on the board included: not yet, where it is about to be started, or not any more, where its workspace is being taken down.</summary>
    public WorkloadSnapshot Look(WorkloadSpec workload)
    {
        if (Board.Find(workload.Workspace, workload.Name) is { } snapshot)
        {
            return snapshot;
        }

        var record = _workspaces.GetValueOrDefault(workload.Workspace)?.Record;
        var state = record?.Spec.Workloads.Any(known => known.Name == workload.Name) switch
        {
            true when record.Removing => WorkloadState.Stopping,
            true => WorkloadState.Waiting,
            _ => WorkloadState.Stopped,
        };
        return WorkloadSnapshots.Without(workload, state);
    }

    /// <summary>Whether a workload is there, and not in its workspace's spec any more.</summary>
    private bool IsLeaving(string workspace, string name) =>
        _workspaces.GetValueOrDefault(workspace) is { } managed && managed.Workloads.ContainsKey(name) && managed.Spec.Workloads.All(workload => workload.Name != name);
}
