using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>SIGKILL of the daemon while something takes its time to stop.</summary>
[Collection(Timed.Name)]
public sealed class DaemonKilledDuringStopTests : GantryTest
{
    [Theory]
    [InlineData("auto", "down")]
    [InlineData("off", "down")]
    [InlineData("auto", "stop")]
    [InlineData("off", "stop")]
    public async Task A_workspace_with_the_daemons_lifetime_is_gone_within_two_seconds_whatever_the_grace(string controlGroups, string verb)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, lifetime: "daemon", grace: "60s"), Ct);
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            var everything = await Crowd.UpAsync(Home, workspace, Ct);
            await BreakAsync(workspace, verb);
            await HomeProcesses.GoneAsync(everything, HomeProcesses.EndsWithin, Ct);
        }
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task Down_can_be_repeated_and_leaves_nothing(string controlGroups)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, lifetime: "workspace", grace: "2s"), Ct);
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            await Crowd.UpAsync(Home, workspace, Ct);
            await BreakAsync(workspace, "down");
            await workspace.DownAsync(Ct);
            Assert.Empty(await Home.Processes.WorkloadsAsync());
            Assert.Null(await workspace.IdAsync(Ct));
        }
    }

    /// <summary>The design, section 9: the next command brings full operation back in less than 30 s, and each service has its own grace.</summary>
    [Fact]
    public async Task The_next_down_of_many_that_ignore_sigterm_takes_one_grace_and_not_many()
    {
        const int count = 8;
        var services = Enumerable.Range(0, count).Select(index =>
            $$"""
            [services.s{{index}}]
            type    = "worker"
            command = {{TestWorkspace.Run("ignore-sigterm")}}
            health  = { log = "ready, and staying" }
            stop    = { grace = "2s" }

            """);
        var workspace = await Home.LiveAsync(string.Concat(services), Ct);
        await workspace.UpAsync(Ct);
        var daemon = await Home.Processes.DaemonAsync(Ct);
        using var command = await workspace.StartAsync("down");
        await workspace.UntilStateAsync("s0", "stopping", Ct);
        await command.KillAsync(Ct);
        daemon.Kill();
        var down = await workspace.DownAsync(Ct);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
        Assert.True(down.Duration < TimeSpan.FromSeconds(10), $"down took {down.Duration.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task A_stop_of_one_service_leaves_the_others_as_they_were()
    {
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, lifetime: "workspace", grace: "2s"), Ct);
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            await Crowd.UpAsync(Home, workspace, Ct);
            var before = await workspace.StatusAsync(Ct);
            await BreakAsync(workspace, "stop", "stubborn");
            await workspace.DoAsync(Ct, "stop", "stubborn");
            var after = await workspace.StatusAsync(Ct);
            Assert.Equal("stopped", after["stubborn"].State);
            Assert.False(HostProcess.Find(before["stubborn"].Pid)?.HasVariable("GANTRY_INSTANCE=") ?? false);
            Assert.Equal(before.Pids.Where(pair => pair.Key != "stubborn"), after.Pids);
        }
    }

    /// <summary>What was to run again does so, and its end was not its own.</summary>
    [Theory]
    [InlineData("restart")]
    [InlineData("stop and start")]
    public async Task A_restart_is_finished_by_the_next_daemon(string way)
    {
        var workspace = await Home.LiveAsync(
            $$"""
            [services.stubborn]
            type    = "worker"
            command = {{TestWorkspace.Run("ignore-sigterm")}}
            health  = { log = "ready, and staying" }
            restart = "never"
            stop    = { grace = "3s" }
            """,
            Ct);
        await workspace.UpAsync(Ct);
        var before = (await workspace.ServiceAsync("stubborn", Ct)).Pid;
        if (way == "restart")
        {
            await BreakAsync(workspace, "restart", "stubborn");
        }
        else
        {
            using var stop = await workspace.StartAsync("stop", "stubborn");
            await workspace.UntilStateAsync("stubborn", "stopping", Ct);
            await workspace.DoAsync(Ct, "start", "--detach", "stubborn");
            await BreakAsync(workspace, "status");
            await stop.KillAsync(Ct);
        }

        await Home.ServeAsync(Ct);
        var after = await workspace.UntilReadyAsync("stubborn", Ct);
        Assert.NotEqual(before, after.Pid);
        Assert.Equal(0, Assert.Single(after.Replicas).Restarts);

        // Once is enough: the daemon after that finds it running.
        await workspace.DoAsync(Ct, "daemon", "stop");
        await workspace.DoAsync(Ct, "daemon", "start");
        Assert.Equal(after.Pid, (await workspace.ServiceAsync("stubborn", Ct)).Pid);
    }

    [Fact]
    public async Task The_next_daemon_answers_at_once_and_ends_the_rest_in_its_order_and_as_its_file_says()
    {
        var workspace = await Home.LiveAsync(
            """
            [services.db]
            type    = "worker"
            command = "trap 'echo db >> ends; exit 0' INT; trap 'echo db by another signal >> ends; exit 0' TERM; while :; do sleep 0.05; done"
            stop    = { signal = "SIGINT", grace = "30s" }

            [services.stubborn]
            type       = "worker"
            command    = "trap 'sleep 6; echo stubborn >> ends; exit 0' TERM; while :; do sleep 0.05; done"
            stop       = { grace = "30s" }
            depends_on = ["db"]
            """,
            Ct);
        await workspace.UpAsync(Ct);
        var db = HostProcess.Find((await workspace.ServiceAsync("db", Ct)).Pid)!;
        var stubborn = HostProcess.Find((await workspace.ServiceAsync("stubborn", Ct)).Pid)!;
        await BreakAsync(workspace, "down");
        await Home.ServeAsync(Ct);
        Assert.True(stubborn.IsAlive() && db.IsAlive(), "the daemon answers before all has ended");
        await workspace.DownAsync(Ct);
        Assert.Equal(["stubborn", "db"], await File.ReadAllLinesAsync(Path.Combine(workspace.Folder, "ends"), Ct));
        Assert.Null(await workspace.IdAsync(Ct));
        Assert.False(stubborn.IsAlive() || db.IsAlive(), "all has ended");
    }

    /// <summary>Has everything stop, and kills the daemon while what ignores SIGTERM is given its grace.</summary>
    private async Task BreakAsync(LiveWorkspace workspace, params string[] arguments)
    {
        var daemon = await Home.Processes.DaemonAsync(Ct);
        using var command = await workspace.StartAsync(arguments);
        await workspace.UntilStateAsync("stubborn", "stopping", Ct);
        await command.KillAsync(Ct);
        daemon.Kill();
        await Eventually.IsTrueAsync(() => !daemon.IsAlive(), "the daemon is gone", Ct);
    }
}
