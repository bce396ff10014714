using Gantry.Daemon.Edge;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Daemon.Hosting;

/// <summary>The edge's port is somebody else's, so that no service is reached by its name.</summary>
internal sealed class ClosedEdge(Doors doors) : IWorkspaceDoubts
{
    public IEnumerable<Diagnostic> Of(WorkspaceSpec workspace) =>
        workspace.Workloads.Any(EdgeAddress.IsServed) && doors.All.FirstOrDefault(door => door is { Name: "edge", Status: DoorStatus.Busy }) is { } edge
            ? [Diagnostic.Doubt($"the edge is closed, so nothing is reached by its name: {edge.Note}", "end that program, or set [server] http in gantryd.toml; then gantry daemon restart")]
            : [];
}
