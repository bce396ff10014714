namespace Gantry.Proxy.Routing;

/// <summary>
/// Holds the route table in force. A request reads it once and keeps that revision to its end, so a swap never touches
/// a request on its way. One writer at a time; any number of readers.
/// </summary>
public sealed class Router
{
    private RouteTable _table = RouteTable.Empty;

    public RouteTable Table => Volatile.Read(ref _table);

    /// <summary>Puts other routes in force, as a whole.</summary>
    public void Update(IEnumerable<RouteConfig> routes) => Volatile.Write(ref _table, RouteTable.Build(routes, Table));
}
