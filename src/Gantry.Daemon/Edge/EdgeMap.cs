using System.Collections.Immutable;
using Gantry.Proxy.Routing;

namespace Gantry.Daemon.Edge;

/// <summary>Everything the edge answers, made of workspaces and their state at one moment.</summary>
/// <param name="Routes">In the order in which they were claimed; no two have the same host and path.</param>
/// <param name="Rejected">What was asked for and is not among them.</param>
/// <param name="Workspaces">In the order in which they were applied.</param>
internal sealed record EdgeMap(ImmutableArray<RouteConfig> Routes, ImmutableArray<RejectedRoute> Rejected, ImmutableArray<EdgeWorkspace> Workspaces)
{
    public static readonly EdgeMap Empty = new([], [], []);

    /// <summary>Every host that answers, in order of claim.</summary>
    public IEnumerable<string> Hosts =>
        Routes.Select(route => route.Host).Where(host => host.Kind == HostPatternKind.Exact).Select(host => host.Name).Distinct();
}

/// <summary>A route that is not in force, and why: for <c>doctor</c> and <c>status</c> to show.</summary>
/// <param name="WorkspaceId">The id of the workspace that asked for it.</param>
/// <param name="Workspace">Its name.</param>
/// <param name="Service">The service that would answer.</param>
/// <param name="Host">The host it would answer for.</param>
/// <param name="Path">The path it would answer for; null for every path.</param>
/// <param name="Reason">Who has it instead, or what is wrong with it, for people.</param>
/// <param name="Number">Which of the file's routes it is, from 1; null where it follows from the service's name.</param>
public sealed record RejectedRoute(string WorkspaceId, string Workspace, string Service, string Host, string? Path, string Reason, int? Number);
