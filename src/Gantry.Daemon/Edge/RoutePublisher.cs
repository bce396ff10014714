using System.Collections.Immutable;
using Gantry.Workloads;

namespace Gantry.Daemon.Edge;

/// <summary>Keeps the routes true to what runs: they are made anew whenever anything has changed, however much it was.</summary>
internal sealed class RoutePublisher(WorkloadManager manager, EdgeState state) : BackgroundService
{
    /// <summary>Ids in the order in which their workspaces were first seen, which is the order of their claims.</summary>
    private ImmutableList<string> _order = [];

    /// <summary>The number of the last event that the routes know of.</summary>
    private long _seen;

    /// <summary>The first routes are there before the edge's door opens, which comes after this.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Publish();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await manager.Board.WaitAsync(() => manager.Board.Sequence != _seen, stoppingToken);
            Publish();
        }
    }

    private void Publish()
    {
        // Read first: what happens from here on is news again.
        _seen = manager.Board.Sequence;
        var present = manager.Workspaces.ToDictionary(workspace => workspace.Id);
        _order = _order.RemoveAll(id => !present.ContainsKey(id));
        _order = _order.AddRange(present.Keys.Except(_order).Order(StringComparer.Ordinal));
        state.Publish(EdgeRoutes.Build(_order.Select(id => present[id]), manager.Board.Find));
    }
}
