using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>
/// A workspace whose folder has moved is another one at its new place; what was started from the old place runs on. It is
/// known again by its name, or where that was the folder's by its services.
/// </summary>
internal sealed class MovedFolders(WorkloadManager manager) : IWorkspaceDoubts
{
    public IEnumerable<Diagnostic> Of(WorkspaceSpec workspace) => manager.Workspaces
        .Where(other => other.Id != workspace.Id && (other.Name == workspace.Name || HaveSameServices(other, workspace)) && !Directory.Exists(other.Path))
        .Select(other => Diagnostic.Doubt($"the folder {other.Path} is gone, and what was started from it runs on", $"gantry down {other.Path}"));

    private static bool HaveSameServices(WorkspaceSpec first, WorkspaceSpec second) =>
        first.Workloads.Select(workload => workload.Name).Order(StringComparer.Ordinal).SequenceEqual(second.Workloads.Select(workload => workload.Name).Order(StringComparer.Ordinal));
}
