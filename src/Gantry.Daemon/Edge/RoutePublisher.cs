using Gantry.Workloads;

namespace Gantry.Daemon.Edge;

/// <summary>Keeps the routes true to what runs: they are made anew whenever anything has changed, however much it was.</summary>
internal sealed class RoutePublisher(WorkloadManager manager, EdgeState state) : BackgroundService
{
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
        state.Publish(EdgeRoutes.Build(manager.Workspaces, manager.Board.Find));
    }
}
