using System.Collections.Immutable;
using Gantry.Proxy.Routing;
using Gantry.Workloads;

namespace Gantry.Daemon.Edge;

/// <summary>A route as the file has it, with where it stands.</summary>
internal sealed record WrittenRoute(WorkspaceSpec Workspace, RouteSpec Spec, int Number)
{
    /// <summary>The host that it names, or the bare domain.</summary>
    public string Host => Spec.Host ?? Workspace.Domain;

    public string Name => $"{Workspace.Name}, route {Number} to {Spec.Service}";
}

/// <summary>Who has which host and path: first come, first served, and the others are noted.</summary>
internal sealed class RouteClaims
{
    private readonly Dictionary<(HostPattern Host, PathPattern Path), Claim> _claims = [];
    private readonly ImmutableArray<RouteConfig>.Builder _routes = ImmutableArray.CreateBuilder<RouteConfig>();
    private readonly ImmutableArray<RejectedRoute>.Builder _rejected = ImmutableArray.CreateBuilder<RejectedRoute>();

    public ImmutableArray<RouteConfig> Routes => _routes.ToImmutable();

    public ImmutableArray<RejectedRoute> Rejected => _rejected.ToImmutable();

    /// <summary>Claims what a written route asks for; false, and a report, where somebody has it.</summary>
    public bool TryClaim(WrittenRoute written, RouteConfig route)
    {
        if (TryAdd(new Claim(written.Workspace, route, Written: true)) is not { } owner)
        {
            return true;
        }

        Reject(written, $"{route.Host}, {route.Path}, {AnsweredBy(owner)}");
        return false;
    }

    /// <summary>Claims the host that bears a workload's name. A written route of the same workspace may have it already, which is no fault.</summary>
    /// <returns>Whether the host is the workspace's.</returns>
    public bool TryClaimHost(WorkspaceSpec workspace, WorkloadSpec workload, RouteTarget target)
    {
        var name = EdgeAddress.HostOf(workspace, workload);
        if (!HostPattern.TryParse(name, out var host))
        {
            Reject(workspace, workload.Name, name, null, $"'{name}' is no host name: a part of it is empty, too long, or has a character that none may have");
            return false;
        }

        var route = new RouteConfig { Name = $"{workspace.Name}, {workload.Name}", Host = host, Target = target };
        if (TryAdd(new Claim(workspace, route, Written: false)) is not { } owner || (owner.Workspace.Id == workspace.Id && owner.Written))
        {
            return true;
        }

        Reject(workspace, workload.Name, name, null, $"{name} {AnsweredBy(owner)}");
        return false;
    }

    /// <summary>Gives a route, claimed for the bare domain, further hosts, as far as nothing more particular has them.</summary>
    public void Spread(WorkspaceSpec workspace, RouteConfig route, IEnumerable<string> hosts)
    {
        foreach (var host in hosts)
        {
            AddUnlessClaimed(workspace, route with { Host = HostPattern.Parse(host) });
        }
    }

    public void AddUnlessClaimed(WorkspaceSpec workspace, RouteConfig route) => TryAdd(new Claim(workspace, route, Written: false));

    public void Reject(WrittenRoute written, string reason) => Reject(written.Workspace, written.Spec.Service, written.Host, written.Spec.Path, reason, written.Number);

    private static string AnsweredBy(Claim owner) => $"is already answered by {owner.Route.Name} ({owner.Workspace.Path})";

    private void Reject(WorkspaceSpec workspace, string service, string host, string? path, string reason, int? number = null) =>
        _rejected.Add(new RejectedRoute(workspace.Id, workspace.Name, service, host, path, reason, number));

    /// <returns>Null where the claim was free and is made; otherwise who has it.</returns>
    private Claim? TryAdd(Claim claim)
    {
        var key = (claim.Route.Host, claim.Route.Path);
        if (_claims.TryGetValue(key, out var owner))
        {
            return owner;
        }

        _claims.Add(key, claim);
        _routes.Add(claim.Route);
        return null;
    }

    /// <param name="Written">Whether it stands in the file as a route, rather than following from a name.</param>
    private sealed record Claim(WorkspaceSpec Workspace, RouteConfig Route, bool Written);
}
