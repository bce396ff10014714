using System.Collections.Immutable;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>
/// SIGKILL to what keeps ten services, each with a child that has left its session. Of peers, too, without such children:
/// what they kept lives on, which is looked at for a while and then ended.
/// </summary>
internal static class Orphans
{
    private const string Name = "orphans";

    private static readonly TimeSpan PeersPatience = TimeSpan.FromSeconds(3);

    private static ImmutableArray<Service> Families =>
        [.. Services.Idle(Services.Ten).Select(service => service with { Command = new Command("/bin/sh", ["-c", "setsid sleep 86400 & exec sleep 86400"]) })];

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        var daemon = new Collector(Name, "processes outlive the killed daemon, daemon's lifetime", "ms") { Budget = "< 2000 ms" };
        var guardian = new Collector(Name, "processes outlive the killed guardian", "ms") { Budget = "< 2000 ms" };
        var again = new Collector(Name, "from the guardian's death until all run again", "ms");
        var peers = new Collector(Name, $"of the processes still there after {PeersPatience.TotalSeconds:0} s", "processes");
        for (var round = 0; round < bench.Options.LongRounds; round++)
        {
            daemon.Add("gantry", "kill -9 of gantry serve", await KillDaemonAsync(bench, peers, ct));
            var (gone, running) = await KillGuardianAsync(bench, ct);
            guardian.Add("gantry", "kill -9 of gantry guardian", gone);
            again.Add("gantry", "kill -9 of gantry guardian", running);
        }

        foreach (var peer in bench.Supervisors().Skip(1))
        {
            peers.Add(peer.Name, $"kill -9 of {peer.Name}", await KillPeerAsync(peer, ct));
        }

        return Collector.Finish(daemon, guardian, again, peers);
    }

    private static async Task<double> KillDaemonAsync(Workbench bench, Collector left, CancellationToken ct)
    {
        await using var gantry = new GantrySupervisor(bench) { Lifetime = "daemon" };
        var (_, family) = await StartFamiliesAsync(gantry, ct);
        var since = TimeProvider.System.GetTimestamp();
        await gantry.KillDaemonAsync(ct);
        await GoneAsync(family, ct);
        var gone = TimeProvider.System.GetElapsedTime(since).TotalMilliseconds;
        left.Add("gantry", "kill -9 of gantry serve", family.Count(LiveProcess.IsAlive));
        return gone;
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

    private static async Task<double> KillPeerAsync(ISupervisor peer, CancellationToken ct)
    {
        await peer.StartAsync(ct);
        var setup = await peer.PrepareAsync("ten", Services.Idle(Services.Ten), ct);
        await setup.Up.RunAsync(ct);
        var keeper = (await peer.KeepersAsync(ct))[0].Pid;
        var family = Descendants(keeper);
        LiveProcess.Kill(keeper);
        await Task.Delay(PeersPatience, TimeProvider.System, ct);
        var left = family.Where(LiveProcess.IsAlive).ToArray();
        foreach (var pid in left)
        {
            LiveProcess.Kill(pid);
        }

        return left.Length;
    }

    private static Task<TimeSpan> GoneAsync(IReadOnlyList<int> family, CancellationToken ct) =>
        Until.TrueAsync(() => !family.Any(LiveProcess.IsAlive), "all processes are gone", ct);

    /// <summary>Everything below the guardian, which is the subreaper even of those who left their session.</summary>
    private static async Task<(Setup Setup, IReadOnlyList<int> Family)> StartFamiliesAsync(GantrySupervisor gantry, CancellationToken ct)
    {
        await gantry.StartAsync(ct);
        var setup = await gantry.PrepareAsync("ten", Families, ct);
        await setup.Up.RunAsync(ct);
        var guardian = (await gantry.KeepersAsync(ct)).Single(keeper => keeper.Role == "guardian").Pid;
        IReadOnlyList<int> family = [];
        await Until.TrueAsync(() => (family = Descendants(guardian)).Count >= 2 * Services.Ten, "every service has its child", ct);
        return (setup, family);
    }

    private static List<int> Descendants(int pid) => [.. LiveProcess.ChildrenOf(pid).SelectMany(child => Descendants(child).Prepend(child))];
}
