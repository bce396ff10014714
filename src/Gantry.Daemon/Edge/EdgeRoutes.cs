using System.Collections.Immutable;
using Gantry.Proxy.Routing;
using Gantry.Workloads;

namespace Gantry.Daemon.Edge;

/// <summary>
/// From workspaces and the state of their workloads to the routes of the edge. Pure.
/// <list type="bullet">
/// <item>Every service that listens, and every site, answers for <c>&lt;service&gt;.&lt;domain&gt;</c>.</item>
/// <item>A route of the file with a host answers for that host.</item>
/// <item>A route without a host answers for the domain and every host below it, those of the services included, since a
/// page of one service is to reach another by path; a route without a host <b>and</b> without a path leaves the services'
/// own hosts to them.</item>
/// <item>Where the bare domain has nothing to show, it lists the services.</item>
/// </list>
/// What two workspaces both ask for goes to the one that was applied first; the other's is reported.
/// </summary>
internal static class EdgeRoutes
{
    /// <param name="workspaces">In the order in which they were applied.</param>
    /// <param name="find">The state of a workload, by the workspace's id and its own name.</param>
    public static EdgeMap Build(IEnumerable<WorkspaceSpec> workspaces, Func<string, string, WorkloadSnapshot?> find)
    {
        var claims = new RouteClaims();
        var known = ImmutableArray.CreateBuilder<EdgeWorkspace>();
        foreach (var workspace in workspaces)
        {
            known.Add(Add(workspace, find, claims));
        }

        return new EdgeMap(claims.Routes, claims.Rejected, known.ToImmutable());
    }

    private static EdgeWorkspace Add(WorkspaceSpec workspace, Func<string, string, WorkloadSnapshot?> find, RouteClaims claims)
    {
        var targets = new EdgeTargetFactory(workspace, find);
        var written = workspace.Routes.Select((route, index) => new WrittenRoute(workspace, route, index + 1)).ToList();

        // What names its host is more particular than what follows from a name or from the domain, so it claims first.
        var hosts = new List<string>();
        foreach (var route in written.Where(route => route.Spec.Host is not null))
        {
            if (Read(route, targets, claims) is { } read && claims.TryClaim(route, read) && read.Host.Kind == HostPatternKind.Exact)
            {
                hosts.Add(read.Host.Name);
            }
        }

        var served = workspace.Workloads.Where(EdgeAddress.IsServed).Where(workload => claims.TryClaimHost(workspace, workload, targets.Of(workload))).ToList();
        hosts.AddRange(served.Select(workload => EdgeAddress.HostOf(workspace, workload)));

        var below = "." + workspace.Domain.ToLowerInvariant();
        foreach (var route in written.Where(route => route.Spec.Host is null))
        {
            if (Read(route, targets, claims) is { } read && claims.TryClaim(route, read))
            {
                claims.Spread(workspace, read, [$"*{below}", .. hosts.Where(host => host.EndsWith(below, StringComparison.Ordinal))]);
            }
        }

        var entries = workspace.Workloads.Select(workload => new EdgeEntry(targets.ServiceOf(workload), served.Contains(workload) ? EdgeAddress.HostOf(workspace, workload) : null));
        var listed = new EdgeWorkspace(workspace.Name, workspace.Domain, [.. entries]);
        if (HostPattern.TryParse(workspace.Domain, out var domain))
        {
            claims.AddUnlessClaimed(workspace, new RouteConfig { Name = $"{workspace.Name}, its services", Host = domain, Target = new EntryTarget(listed) });
        }

        return listed;
    }

    /// <summary>A written route as it is to be, on its own host or the bare domain; null where it cannot be, which is then reported.</summary>
    private static RouteConfig? Read(WrittenRoute written, EdgeTargetFactory targets, RouteClaims claims)
    {
        var path = PathPattern.Any;
        var reason = (HostPattern.TryParse(written.Host, out var host), written.Spec.Path is null || PathPattern.TryParse(written.Spec.Path, out path), targets.Find(written.Spec.Service)) switch
        {
            (false, _, _) => $"'{written.Host}' is no host name",
            (_, false, _) => $"'{written.Spec.Path}' is no path: it begins with '/' and has '*' at most as its last segment",
            (_, _, null) => $"there is no service '{written.Spec.Service}' that answers HTTP",
            _ => null,
        };
        if (reason is not null)
        {
            claims.Reject(written, reason);
            return null;
        }

        return new RouteConfig { Name = written.Name, Host = host!, Path = path!, Target = targets.Find(written.Spec.Service)! };
    }
}
