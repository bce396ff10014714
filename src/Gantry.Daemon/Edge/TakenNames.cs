using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Daemon.Edge;

/// <summary>Names and routes that a workspace asks for and that somebody else has: two clones of one workspace, above all.</summary>
internal sealed class TakenNames(WorkloadManager manager) : IWorkspaceDoubts
{
    /// <summary>The routes are made anew here, for those in force follow a change only a moment later.</summary>
    public IEnumerable<Diagnostic> Of(WorkspaceSpec workspace) => EdgeRoutes.Build(manager.Workspaces, manager.Board.Find).Rejected
        .Where(route => route.WorkspaceId == workspace.Id)
        .Select(route => route.Number is { } number
            ? Diagnostic.Doubt($"route {number} to {route.Service} is not in force: {route.Reason}", "give it another host or path, or take the other one down")
            : Diagnostic.Doubt($"{route.Service} is not reached by name: {route.Reason}", "give this workspace another [workspace] domain, or take the other one down"));
}
