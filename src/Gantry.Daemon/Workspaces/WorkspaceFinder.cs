using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>Finds the workspace that a path segment of the API means.</summary>
internal sealed class WorkspaceFinder(WorkloadManager manager)
{
    /// <summary>By id, or by name where only one has it.</summary>
    /// <exception cref="WorkloadException">None has it, or several do.</exception>
    public WorkspaceSpec Find(string idOrName) =>
        TryFind(idOrName) ?? throw new WorkloadException(new Fault("unknown-workspace", $"no workspace {idOrName} is up", "gantry up"));

    /// <summary>The id of a workspace that is up, or one that may be of a workspace yet to come.</summary>
    /// <exception cref="WorkloadException">It can be no id, and no workspace or several have it as a name.</exception>
    public string FindId(string idOrName) =>
        TryFind(idOrName)?.Id ?? (WorkspaceId.IsOne(idOrName) ? idOrName : Find(idOrName).Id);

    private WorkspaceSpec? TryFind(string idOrName)
    {
        if (manager.Find(idOrName) is { } byId)
        {
            return byId;
        }

        var named = manager.Workspaces.Where(spec => spec.Name == idOrName).ToList();
        return named switch
        {
            [] => null,
            [var only] => only,
            _ => throw new WorkloadException(new Fault(
                "ambiguous-workspace",
                $"{named.Count} workspaces are called {idOrName}: {string.Join(", ", named.Select(spec => $"{spec.Id} ({spec.Path})"))}",
                "name one by its id")),
        };
    }

    /// <summary>A workspace and one of its services, or of those that have been taken out of it and have not ended yet.</summary>
    /// <exception cref="WorkloadException">Either is not there.</exception>
    public (WorkspaceSpec Workspace, WorkloadSpec Service) Find(string idOrName, string service)
    {
        var workspace = Find(idOrName);
        var workloads = manager.WorkloadsOf(workspace).ToList();
        var found = workloads.FirstOrDefault(workload => workload.Name == service)
            ?? throw new WorkloadException(UnknownService.Of(workspace.Name, service, [.. workloads.Select(workload => workload.Name)]));
        return (workspace, found);
    }
}
