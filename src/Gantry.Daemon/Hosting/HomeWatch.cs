using Gantry.Workloads;
using Gantry.Workloads.Native;

namespace Gantry.Daemon.Hosting;

/// <summary>
/// Has a daemon leave that nobody can find any more, because its lock or its socket was removed from under it: the next
/// command starts another one, which adopts what runs. Where the whole home is gone, nobody could adopt or end that ever
/// again, and it is ended first.
/// </summary>
internal sealed partial class HomeWatch(
    HomeFolder home, AdvisoryLock only, WorkloadManager manager, IHostApplicationLifetime lifetime, ILogger<HomeWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Whether the socket has been there, which it is once all doors are open.</summary>
    private bool _hasOpened;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (IsInPlace())
        {
            await timer.WaitForNextTickAsync(stoppingToken);
        }

        if (IsHome())
        {
            Log.Removed(logger, File.Exists(home.Socket) ? home.DaemonLock : home.Socket);
        }
        else
        {
            Log.HomeRemoved(logger, home.Path);
            await Task.WhenAll(manager.Workspaces.Select(workspace => EndAsync(workspace, stoppingToken)));
        }

        lifetime.StopApplication();
    }

    private bool IsInPlace()
    {
        var isOpen = File.Exists(home.Socket);
        _hasOpened |= isOpen;
        return only.IsAt(home.DaemonLock) && (isOpen || !_hasOpened);
    }

    private bool IsHome()
    {
        try
        {
            return HomeFolder.Look(home.Path).Id == home.Id;
        }
        catch (HomeException)
        {
            return false;
        }
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
