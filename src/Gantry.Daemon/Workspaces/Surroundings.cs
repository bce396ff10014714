using System.Collections.Immutable;
using Gantry.Daemon.Edge;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>What is not wrong with a workspace's file and yet keeps people from reaching what it runs: said when it is applied.</summary>
internal sealed class Surroundings(WorkloadManager manager, Doors doors)
{
    /// <summary>The doubts about a workspace, one line each.</summary>
    public ImmutableArray<Diagnostic> Look(WorkspaceSpec workspace) => [.. EdgeIsClosed(workspace), .. NamesAreTaken(workspace), .. Ghosts(workspace)];

    private IEnumerable<Diagnostic> EdgeIsClosed(WorkspaceSpec workspace)
    {
        var served = workspace.Workloads.Any(EdgeAddress.IsServed) || workspace.Routes.Length > 0;
        return served && doors.All.FirstOrDefault(door => door is { Name: "edge", Status: DoorStatus.Busy }) is { } edge
            ? [Doubt($"the edge is closed, so no service is reached by its name: {edge.Note}", "end that program, or set [server] http in gantryd.toml, and gantry daemon restart")]
            : [];
    }

    private IEnumerable<Diagnostic> NamesAreTaken(WorkspaceSpec workspace) => EdgeRoutes.Build(manager.Workspaces, manager.Board.Find).Rejected
        .Where(route => route.WorkspaceId == workspace.Id)
        .Select(route => Doubt($"{route.Service} is not reached by name: {route.Reason}", "give this workspace another [workspace] domain, or take the other one down"));

    private IEnumerable<Diagnostic> Ghosts(WorkspaceSpec workspace) => manager.Workspaces
        .Where(other => other.Id != workspace.Id && other.Name == workspace.Name && !Directory.Exists(other.Path))
        .Select(other => Doubt($"the folder {other.Path} is gone, and what was started from it runs on", $"gantry down {other.Path}"));

    private static Diagnostic Doubt(string message, string help) => new(DiagnosticSeverity.Warning, message, WorkspaceFolder.FileName, 0, 0, help);
}
