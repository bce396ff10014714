using System.Collections.Immutable;
using Gantry.Proxy.LoadBalancing;
using Gantry.Proxy.Routing;
using Gantry.Workloads;

namespace Gantry.Daemon.Edge;

/// <summary>What the workloads of one workspace are to the edge, in their present state.</summary>
internal sealed class EdgeTargetFactory(WorkspaceSpec workspace, Func<string, string, WorkloadSnapshot?> find)
{
    private readonly Dictionary<string, RouteTarget> _made = new(StringComparer.Ordinal);

    /// <summary>By name; null for what does not exist or does not answer.</summary>
    public RouteTarget? Find(string name) =>
        workspace.Workloads.FirstOrDefault(workload => workload.Name == name) is { } workload && EdgeAddress.IsServed(workload) ? Of(workload) : null;

    public RouteTarget Of(WorkloadSpec workload)
    {
        if (!_made.TryGetValue(workload.Name, out var target))
        {
            target = Make(workload);
            _made.Add(workload.Name, target);
        }

        return target;
    }

    public EdgeService ServiceOf(WorkloadSpec workload) => new(workspace.Name, workload.Name, find(workspace.Id, workload.Name));

    private RouteTarget Make(WorkloadSpec workload)
    {
        var service = ServiceOf(workload);
        return workload.Runtime is SiteRuntime site
            ? new SiteTarget(service, site.Root)
            : new ServiceTarget(service, new ClusterConfig { Id = $"{workspace.Id}/{workload.Name}", Destinations = DestinationsOf(service.Snapshot) });
    }

    private static ImmutableArray<Destination> DestinationsOf(WorkloadSnapshot? snapshot) =>
        snapshot is null ? [] : [.. snapshot.Replicas.Where(replica => replica is { Ready: true, Endpoint: not null }).Select(replica => new Destination(new Uri($"http://{replica.Endpoint}")))];
}
