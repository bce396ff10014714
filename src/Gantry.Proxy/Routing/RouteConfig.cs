using Gantry.Proxy.LoadBalancing;

namespace Gantry.Proxy.Routing;

/// <summary>A route as configured: which requests, and what answers them.</summary>
public sealed record RouteConfig
{
    /// <summary>Where it comes from, for people: shown where a choice between routes is explained.</summary>
    public required string Name { get; init; }

    public HostPattern Host { get; init; } = HostPattern.Any;

    public PathPattern Path { get; init; } = PathPattern.Any;

    public required RouteTarget Target { get; init; }

    public override string ToString() => $"{Name} ({Host}, {Path})";
}

/// <summary>
/// What a route ends in. The proxy knows one kind, <see cref="ForwardTarget"/>; an application derives others and answers
/// them behind <see cref="ProxyMiddleware"/>, or derives from <see cref="ForwardTarget"/> to say what to show while nobody is there.
/// </summary>
public abstract record RouteTarget;

/// <summary>Requests go to a destination of the cluster. Routes that name clusters of one id share it; the first one's configuration stands.</summary>
public record ForwardTarget(ClusterConfig Cluster) : RouteTarget;
