using Gantry.Workloads;

namespace Gantry.Daemon.Hosting;

/// <summary>
/// Has a daemon leave that nobody can find any more, because its lock or its socket was removed from under it: the next
/// command starts another one, which adopts what runs. Where the whole home is gone, nobody could adopt or end that ever
/// again, and it is ended first.
/// </summary>
internal sealed partial class HomeWatch(HomeTenure tenure, WorkloadManager manager, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HomeWatch> logger) : BackgroundService
{
    /// <summary>So often in a row must the home be gone before all of it is ended: what is mounted may be away for a moment.</summary>
    private const int Looks = 3;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (await UntilLostAsync(stoppingToken) == Tenure.Gone)
        {
            Log.HomeRemoved(logger, tenure.Home.Path);
            await Task.WhenAll(manager.Workspaces.Select(workspace => EndAsync(workspace, stoppingToken)));
        }
        else
        {
            Log.Removed(logger, tenure.HasLock ? tenure.Home.Socket : tenure.Home.DaemonLock);
        }

        lifetime.StopApplication();
    }

    /// <summary>Waits until nobody can find this daemon any more.</summary>
    /// <returns><see cref="Tenure.Unfound"/> or <see cref="Tenure.Gone"/>.</returns>
    private async Task<Tenure> UntilLostAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Every, time);
        var gone = 0;
        while (true)
        {
            var standing = tenure.Look();
            gone = standing == Tenure.Gone ? gone + 1 : 0;
            if (standing == Tenure.Unfound || gone == Looks)
            {
                return standing;
            }

            await timer.WaitForNextTickAsync(ct);
        }
    }

    private async Task EndAsync(WorkspaceSpec workspace, CancellationToken ct)
    {
        try
        {
            await manager.RemoveAsync(workspace.Id, ct);
        }
        catch (Exception e) when (e is WorkloadException or IOException or UnauthorizedAccessException)
        {
            Log.NotEnded(logger, workspace.Path, e.Message);
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
