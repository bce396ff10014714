using System.Collections.Immutable;
using Gantry.Workloads;

namespace Gantry.Daemon.Edge;

/// <summary>Keeps the routes true to what runs: they are made anew whenever anything has changed, however much it was.</summary>
internal sealed class RoutePublisher(WorkloadManager manager, EdgeState state) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Ids in the order in which their workspaces were first seen, which is the order of their claims.
        var order = ImmutableList<string>.Empty;
        long? seen = null;
        while (true)
        {
            await manager.Board.WaitAsync(() => manager.Board.Sequence != seen, stoppingToken);
            seen = manager.Board.Sequence;
            var present = manager.Workspaces.ToDictionary(workspace => workspace.Id);
            order = order.RemoveAll(id => !present.ContainsKey(id)).AddRange(present.Keys.Except(order).Order(StringComparer.Ordinal));
            state.Publish(EdgeRoutes.Build(order.Select(id => present[id]), manager.Board.Find));
        }
    }
}
