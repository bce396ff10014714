using Gantry.Workloads;
using Gantry.Workloads.Addresses;
using Gantry.Workloads.Logs;

namespace Gantry.Daemon.Hosting;

/// <summary>Keeps the home from growing: the daemon's own logs, and the logs and ports of workspaces that are long gone.</summary>
internal sealed partial class Housekeeping(HomeFolder home, WorkloadManager manager, PortRegistry ports, TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    /// <summary>How large daemon.log and guardian.log may become; one earlier part of each is kept.</summary>
    public const long LogBytes = 8 << 20;

    /// <summary>How long the logs of a workspace that is down are kept after their last line.</summary>
    public static readonly TimeSpan LogAge = TimeSpan.FromDays(14);

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>What is done each time.</summary>
    /// <exception cref="IOException">The disk would not have it.</exception>
    /// <exception cref="WorkloadException">What was given back could not be written down.</exception>
    public static void Tidy(HomeFolder home, LogStore logs, PortRegistry ports)
    {
        KeepSmall(home.DaemonLog);
        KeepSmall(home.GuardianLog);
        logs.Prune(LogAge);
        ports.Prune(workspace => home.HasRecord(workspace) || logs.Has(workspace));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                Tidy(home, manager.Logs, ports);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or WorkloadException)
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
        [LoggerMessage(Level = LogLevel.Warning, Message = "What is old stays: {Reason}")]
        public static partial void Untidy(ILogger logger, string reason);
    }
}
