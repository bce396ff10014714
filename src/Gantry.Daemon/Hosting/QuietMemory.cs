using Gantry.Workloads.Native;

namespace Gantry.Daemon.Hosting;

/// <summary>Has the daemon give back, once commands have come and gone, the memory that they needed.</summary>
internal sealed class QuietMemory(Gatekeeper gatekeeper, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var resting = false;
        using var timer = new PeriodicTimer(Quiet, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var quiet = gatekeeper.Quiet >= Quiet;
            if (quiet && !resting)
            {
                ResidentMemory.Release();
            }

            resting = quiet;
        }
    }
}
