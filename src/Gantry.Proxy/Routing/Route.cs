using Gantry.Proxy.LoadBalancing;

namespace Gantry.Proxy.Routing;

/// <summary>A route as one revision of the table has it: its configuration, and the cluster that its target forwards to.</summary>
public sealed record Route(RouteConfig Config, Cluster? Cluster);
