using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>A workspace whose folder has moved is another one at its new place; what was started from the old place runs on.</summary>
internal sealed class MovedFolders(WorkloadManager manager) : IWorkspaceDoubts
{
    public IEnumerable<Diagnostic> Of(WorkspaceSpec workspace) => manager.Workspaces
        .Where(other => other.Id != workspace.Id && other.Name == workspace.Name && !Directory.Exists(other.Path))
        .Select(other => Diagnostic.Doubt($"the folder {other.Path} is gone, and what was started from it runs on", $"gantry down {other.Path}"));
}
