using Gantry.Workloads;
using Gantry.Workloads.Logs;

namespace Gantry.Daemon.Hosting;

/// <summary>Keeps the home from growing: the daemon's own logs, and the logs of workspaces that are long gone.</summary>
internal sealed partial class Housekeeping(HomeFolder home, WorkloadManager manager, TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    /// <summary>How large daemon.log and guardian.log may become; one earlier part of each is kept.</summary>
    public const long LogBytes = 8 << 20;

    /// <summary>How long the logs of a workspace that is down are kept after their last line.</summary>
    public static readonly TimeSpan LogAge = TimeSpan.FromDays(14);

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>What is done each time.</summary>
    /// <exception cref="IOException">The disk would not have it.</exception>
    public static void Tidy(HomeFolder home, LogStore logs)
    {
        KeepSmall(home.DaemonLog);
        KeepSmall(home.GuardianLog);
        logs.Prune(LogAge);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                Tidy(home, manager.Logs);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.Untidy(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Copied and cut, not renamed: processes have it open, and write to its end wherever that is.</summary>
    private static void KeepSmall(string path)
    {
        var log = new FileInfo(path);
        if (log.Exists && log.Length > LogBytes)
        {
            log.CopyTo(path + ".1", overwrite: true);
            using var whole = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            whole.SetLength(0);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Old logs stay: {Reason}")]
        public static partial void Untidy(ILogger logger, string reason);
    }
}
