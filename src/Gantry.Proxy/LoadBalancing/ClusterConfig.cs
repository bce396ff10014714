using System.Collections.Immutable;

namespace Gantry.Proxy.LoadBalancing;

/// <summary>A cluster as configured: interchangeable destinations, and how one of them is chosen.</summary>
public sealed record ClusterConfig
{
    /// <summary>Under this id its running state survives a change of the routes.</summary>
    public required string Id { get; init; }

    public BalancingStrategy Strategy { get; init; } = BalancingStrategy.RoundRobin;

    public ImmutableArray<Destination> Destinations { get; init; } = [];
}

/// <summary>Where requests can go.</summary>
/// <param name="Address">Scheme, host and port, such as <c>http://127.0.0.1:3000</c>; a path is not used.</param>
public sealed record Destination(Uri Address)
{
    /// <summary>What a request's path is appended to: the address without its closing slash.</summary>
    internal string Origin { get; } = Address.GetLeftPart(UriPartial.Authority);
}

public enum BalancingStrategy
{
    /// <summary>Each in turn.</summary>
    RoundRobin,
}
