using System.Collections.Immutable;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>
/// Ten services that listen, a daemon that is killed, and the next one, started at once. Gantry stands alone here.
/// </summary>
internal static class Adoption
{
    private const string Name = "adoption";

    private const string Note = "No peer here adopts what another of its kind has started.";

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        var answers = new Collector(Name, "from the new daemon's start until it answers", "ms") { Note = Note };
        var ready = new Collector(Name, "from the new daemon's start until all ten are ready, same pids", "ms") { Budget = "< 30 s", Note = Note };
        await using var gantry = new GantrySupervisor(bench);
        await gantry.StartAsync(ct);
        var services = Services.Idle(Services.Ten)
            .Select(service => service with { Port = Services.FreePort(), Command = Workbench.Subject("listen", Path.Combine(bench.NewFolder("r"), "listening"), "0") });
        var setup = await gantry.PrepareAsync("ten", [.. services], ct);
        await setup.Up.RunAsync(ct);
        var before = await GantrySupervisor.ViewAsync(setup, ct);
        for (var round = 0; round < bench.Options.LongRounds; round++)
        {
            await gantry.KillDaemonAsync(ct);
            var since = TimeProvider.System.GetTimestamp();
            gantry.StartDaemon();
            await Until.TrueAsync(async () => await gantry.Client.IsReadyAsync(ct), "the new daemon answers", ct);
            answers.Add(gantry.Who, "gantry serve", TimeProvider.System.GetElapsedTime(since).TotalMilliseconds);
            WorkspaceView? view = null;
            await Until.TrueAsync(
                async () => (view = WorkspaceView.Of(await gantry.Client.GetAsync($"/api/workspaces/{before.Id}", ct))).Ready,
                "all services are ready again",
                ct);
            ready.Add(gantry.Who, "gantry serve", TimeProvider.System.GetElapsedTime(since).TotalMilliseconds);
            if (!view!.Pids.ToHashSet().SetEquals(before.Pids))
            {
                throw new MeasuringException("the new daemon has started something again instead of adopting it");
            }
        }

        return Collector.Finish(answers, ready);
    }
}
