using System.Collections.Immutable;
using Gantry.Proxy.LoadBalancing;
using Gantry.Proxy.Routing;
using Gantry.Workloads;

namespace Gantry.Daemon.Edge;

/// <summary>A workload as the edge knows it.</summary>
/// <param name="Workspace">The workspace's name.</param>
/// <param name="Name">Its own name.</param>
/// <param name="Snapshot">Its state when the routes were made, and they are made anew whenever it changes; null where it never ran.</param>
internal sealed record EdgeService(string Workspace, string Name, WorkloadSnapshot? Snapshot)
{
    /// <summary>Whether any replica can answer.</summary>
    public bool Ready => Snapshot?.Replicas.Any(replica => replica.Ready) ?? false;
}

/// <summary>A workspace as the edge lists it.</summary>
/// <param name="Entries">In the order of the file.</param>
internal sealed record EdgeWorkspace(string Name, string Domain, ImmutableArray<EdgeEntry> Entries);

/// <param name="Host">The host that bears the service's name; null for what answers nothing (workers, tasks), or where another workspace has it.</param>
internal sealed record EdgeEntry(EdgeService Service, string? Host);

/// <summary>A service's ready replicas; while there are none, a page says how it is.</summary>
internal sealed record ServiceTarget(EdgeService Service, ClusterConfig Cluster) : ForwardTarget(Cluster);

/// <summary>A folder of files.</summary>
/// <param name="Root">Absolute path of the folder.</param>
internal sealed record SiteTarget(EdgeService Service, string Root) : RouteTarget;

/// <summary>The list of a workspace's services, where its bare domain has nothing else to show.</summary>
internal sealed record EntryTarget(EdgeWorkspace Workspace) : RouteTarget;
