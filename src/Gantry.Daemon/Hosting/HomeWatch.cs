using Gantry.Workloads;

namespace Gantry.Daemon.Hosting;

/// <summary>
/// Has a daemon leave that nobody can find any more, because its lock or its socket was removed from under it: the next
/// command starts another one, which adopts what runs. Where the whole home is gone, nobody could adopt or end that ever
/// again, and it is ended first.
/// </summary>
internal sealed partial class HomeWatch(HomeTenure tenure, WorkloadManager manager, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HomeWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (tenure.IsFound())
        {
            await timer.WaitForNextTickAsync(stoppingToken);
        }

        if (tenure.HasHome)
        {
            Log.Removed(logger, tenure.HasLock ? tenure.Home.Socket : tenure.Home.DaemonLock);
        }
        else
        {
            Log.HomeRemoved(logger, tenure.Home.Path);
            await Task.WhenAll(manager.Workspaces.Select(workspace => EndAsync(workspace, stoppingToken)));
        }

        lifetime.StopApplication();
    }

    private async Task EndAsync(WorkspaceSpec workspace, CancellationToken ct)
    {
        try
        {
            await manager.RemoveAsync(workspace.Id, ct);
        }
        catch (WorkloadException e)
        {
            Log.NotEnded(logger, workspace.Path, e.Fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{File} was removed: leaving, for nobody can reach this daemon; the next command starts another, which goes on")]
        public static partial void Removed(ILogger logger, string file);

        [LoggerMessage(Level = LogLevel.Error, Message = "The home {Path} was removed: ending everything and leaving")]
        public static partial void HomeRemoved(ILogger logger, string path);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Workspace} is not ended: {Reason}")]
        public static partial void NotEnded(ILogger logger, string workspace, string reason);
    }
}
