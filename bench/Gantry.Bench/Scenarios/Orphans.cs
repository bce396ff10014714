using System.Collections.Immutable;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>
/// SIGKILL to what keeps ten services, each with a child that has left its session: how long they live on, and, of peers,
/// too, how many of them are there after a while. What then still runs is ended.
/// </summary>
internal static class Orphans
{
    private const string Name = "orphans";

    private const string Note = "Gantry's workspace has lifetime = \"daemon\" here; by default (\"workspace\") its services are meant to outlive the daemon, and the next one adopts them. "
        + "No peer promises to end them; pm2's and supervisord's next daemon does not know them.";

    private static readonly TimeSpan Span = TimeSpan.FromSeconds(3);

    private static ImmutableArray<Service> Families =>
        [.. Services.Idle(Services.Ten).Select(service => service with { Command = new Command("/bin/sh", ["-c", "setsid sleep 86400 & exec sleep 86400"]) })];

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        var daemon = new Collector(Name, "processes outlive the killed daemon, daemon's lifetime", "ms") { Budget = "< 2000 ms" };
        var guardian = new Collector(Name, "processes outlive the killed guardian", "ms") { Budget = "< 2000 ms" };
        var again = new Collector(Name, "from the guardian's death until all run again", "ms");
        var left = new Collector(Name, $"of {2 * Services.Ten} processes, still there {Span.TotalSeconds:0} s after the kill", "processes") { Budget = "0", Note = Note };
        for (var round = 0; round < bench.Options.LongRounds; round++)
        {
            foreach (var supervisor in bench.Supervisors(gantrysLifetime: "daemon"))
            {
                left.Add(supervisor.Who, $"kill -9 of {supervisor.Who.Name}'s daemon", await CountLeftAsync(supervisor, ct));
            }

            daemon.Add(Contestant.Gantry, "kill -9 of gantry serve", await KillDaemonAsync(bench, ct));
            var (gone, running) = await KillGuardianAsync(bench, ct);
            guardian.Add(Contestant.Gantry, "kill -9 of gantry guardian", gone);
            again.Add(Contestant.Gantry, "kill -9 of gantry guardian", running);
        }

        return Collector.Finish(daemon, guardian, again, left);
    }

    private static async Task<double> KillDaemonAsync(Workbench bench, CancellationToken ct)
    {
        await using var gantry = new GantrySupervisor(bench) { Lifetime = "daemon" };
        var (_, family) = await StartFamiliesAsync(gantry, ct);
        var since = TimeProvider.System.GetTimestamp();
        await gantry.KillDaemonAsync(ct);
        await GoneAsync(family, ct);
        return TimeProvider.System.GetElapsedTime(since).TotalMilliseconds;
    }

    private static async Task<(double Gone, double Running)> KillGuardianAsync(Workbench bench, CancellationToken ct)
    {
        await using var gantry = new GantrySupervisor(bench);
        var (setup, family) = await StartFamiliesAsync(gantry, ct);
        var guardian = (await gantry.KeepersAsync(ct)).Single(keeper => keeper.Role == "guardian");
        var id = (await GantrySupervisor.ViewAsync(setup, ct)).Id;
        var since = TimeProvider.System.GetTimestamp();
        LiveProcess.Kill(guardian.Pid);
        await GoneAsync(family, ct);
        var gone = TimeProvider.System.GetElapsedTime(since).TotalMilliseconds;
        await Until.TrueAsync(
            async () => WorkspaceView.Of(await gantry.Client.GetAsync($"/api/workspaces/{id}", ct)) is { Ready: true } view && !view.Pids.Any(family.Contains),
            "all run again",
            ct);
        return (gone, TimeProvider.System.GetElapsedTime(since).TotalMilliseconds);
    }

    /// <summary>The same for everybody: kill, wait, count, and end what is left.</summary>
    private static async Task<int> CountLeftAsync(ISupervisor supervisor, CancellationToken ct)
    {
        await using var _ = supervisor;
        var (_, family) = await StartFamiliesAsync(supervisor, ct);
        LiveProcess.Kill((await supervisor.KeepersAsync(ct))[0].Pid);
        await Task.Delay(Span, TimeProvider.System, ct);
        var left = family.Where(LiveProcess.IsAlive).ToArray();
        foreach (var pid in left)
        {
            LiveProcess.Kill(pid);
        }

        return left.Length;
    }

    private static Task<TimeSpan> GoneAsync(IReadOnlyList<int> family, CancellationToken ct) =>
        Until.TrueAsync(() => !family.Any(LiveProcess.IsAlive), "all processes are gone", ct);

    /// <summary>The family is everything below the supervisor's last keeper: Gantry's guardian is the subreaper even of those who left their session.</summary>
    private static async Task<(Setup Setup, IReadOnlyList<int> Family)> StartFamiliesAsync(ISupervisor supervisor, CancellationToken ct)
    {
        await supervisor.StartAsync(ct);
        var setup = await supervisor.PrepareAsync("ten", Families, ct);
        await setup.Up.RunAsync(ct);
        var parent = (await supervisor.KeepersAsync(ct))[^1].Pid;
        IReadOnlyList<int> family = [];
        await Until.TrueAsync(() => (family = Descendants(parent)).Count >= 2 * Services.Ten, "every service has its child", ct);
        return (setup, family);
    }

    private static List<int> Descendants(int pid) => [.. LiveProcess.ChildrenOf(pid).SelectMany(child => Descendants(child).Prepend(child))];
}
