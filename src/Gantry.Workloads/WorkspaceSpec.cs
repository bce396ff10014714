using System.Collections.Immutable;

namespace Gantry.Workloads;

/// <summary>A whole workspace, resolved: what <see cref="WorkloadManager"/> applies, and what is kept for the next daemon.</summary>
public sealed record WorkspaceSpec
{
    /// <summary>See <see cref="WorkspaceId"/>.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Absolute canonical path of the workspace's folder.</summary>
    public required string Path { get; init; }

    /// <summary>The suffix of its services' host names at the edge.</summary>
    public required string Domain { get; init; }

    public Lifetime Lifetime { get; init; } = Lifetime.Workspace;

    /// <summary>The environment of whoever asked for the workspace.</summary>
    public ImmutableDictionary<string, string> InheritedEnv { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>In the order of the file.</summary>
    public required ImmutableArray<WorkloadSpec> Workloads { get; init; }

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<RouteSpec> Routes { get; init; } = [];
}

/// <summary>A route of the edge to a workload of the same workspace.</summary>
public sealed record RouteSpec
{
    /// <summary>A host name, or null for every host under the workspace's domain.</summary>
    public string? Host { get; init; }

    /// <summary>An exact path (<c>/health</c>), or a prefix ending in <c>/*</c>; null for every path.</summary>
    public string? Path { get; init; }

    /// <summary>The workload that answers.</summary>
    public required string Service { get; init; }
}
