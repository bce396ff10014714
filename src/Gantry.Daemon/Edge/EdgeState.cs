using Gantry.Proxy.Routing;
using Gantry.Workloads;

namespace Gantry.Daemon.Edge;

/// <summary>What the edge knows at this moment: the routes in force, and what is told of those that are not.</summary>
internal sealed class EdgeState(Router router)
{
    private EdgeMap _map = EdgeMap.Empty;

    public EdgeMap Map => Volatile.Read(ref _map);

    /// <summary>Whether a service answers at its own name, and nobody else does.</summary>
    public bool IsNamed(WorkspaceSpec workspace, string service) =>
        !Map.Rejected.Any(route => route.WorkspaceId == workspace.Id && route.Service == service && route.Number is null);

    /// <summary>Puts a new map in force; requests on their way keep the old one.</summary>
    public void Publish(EdgeMap map)
    {
        Volatile.Write(ref _map, map);
        router.Update(map.Routes);
    }
}
