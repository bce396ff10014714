using Gantry.Workloads;

namespace Gantry.Daemon.Hosting;

/// <summary>Has a daemon that was started by the way leave when it has had nothing to run and nobody to answer for a while.</summary>
internal sealed class IdleWatch(DaemonOptions options, WorkloadManager manager, Gatekeeper gatekeeper, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.IsAutomatic || options.Config.Daemon.Value.IdleExit.Value.After is not { } patience)
        {
            return;
        }

        while (manager.Workspaces.Any() || gatekeeper.IsAsked || gatekeeper.Quiet < patience)
        {
            await Task.Delay(patience / 4, time, stoppingToken);
        }

        lifetime.StopApplication();
    }
}
