using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>SIGKILL of the daemon while everything runs.</summary>
[Collection(Timed.Name)]
public sealed class DaemonKilledTests : GantryTest
{
    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task A_workspace_with_the_daemons_lifetime_is_gone_within_two_seconds(string controlGroups)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, lifetime: "daemon", grace: "60s"), Ct);
        for (var round = 0; round < Rounds.Of(3); round++)
        {
            var everything = await Crowd.UpAsync(Home, workspace, Ct);
            Assert.True(everything.Count >= 4 + Crowd.Detached, string.Join('\n', everything));
            (await Home.Processes.DaemonAsync(Ct)).Kill();
            await HomeProcesses.GoneAsync(everything, HomeProcesses.EndsWithin, Ct);
            Assert.Empty(await Home.Processes.WorkloadsAsync());
        }
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task A_workspace_with_its_own_lifetime_runs_on_and_is_adopted_with_the_same_pids(string controlGroups)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, lifetime: "workspace"), Ct);
        var everything = await Crowd.UpAsync(Home, workspace, Ct);
        var before = await workspace.StatusAsync(Ct);
        for (var round = 0; round < Rounds.Of(3); round++)
        {
            (await Home.Processes.DaemonAsync(Ct)).Kill();
            await Home.Cli.RunAsync(["daemon", "start"], Ct);
            var after = await workspace.StatusAsync(Ct);
            Assert.Equal(before.Pids, after.Pids);
            Assert.Equal(before["api"].Port, after["api"].Port);
            Assert.All(everything, process => Assert.True(process.IsAlive(), $"{process}"));
        }

        await workspace.UntilAllReadyAsync(Ct);
        Assert.Contains("nothing to do", (await workspace.UpAsync(Ct)).Stdout, StringComparison.Ordinal);
        Assert.Equal(before.Pids, (await workspace.StatusAsync(Ct)).Pids);
        Assert.Equal(before["api"].Pid, (await workspace.AskAsync("api", "/", Ct)).Number("pid"));
    }

    /// <summary>The phase of the daemon's own start: it has the lock and has adopted none, some or all.</summary>
    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task Daemons_that_die_while_they_start_change_nothing(string controlGroups)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, lifetime: "workspace"), Ct);
        var everything = await Crowd.UpAsync(Home, workspace, Ct);
        var before = await workspace.StatusAsync(Ct);
        var daemon = await Home.Processes.DaemonAsync(Ct);
        var moment = new Moment();
        for (var round = 0; round < Rounds.Of(5); round++)
        {
            daemon.Kill();
            using var start = await workspace.StartAsync("daemon", "start");
            daemon = await Eventually.FindAsync(() => Task.FromResult(Home.Processes.Daemon()), "a daemon is being started", Ct);
            await moment.WithinAsync(400, Ct);
        }

        await Eventually.IsTrueAsync(async () => (await Home.Cli.RunAsync(["daemon", "start"], Ct)).ExitCode == 0, "a daemon is started", Ct);
        Assert.Equal(before.Pids, (await workspace.StatusAsync(Ct)).Pids);
        Assert.All(everything, process => Assert.True(process.IsAlive(), $"{process}"));
        await workspace.UntilAllReadyAsync(Ct);
    }

    [Fact]
    public async Task Logs_have_no_gap_while_nobody_but_the_guardian_is_there()
    {
        var workspace = await Home.LiveAsync(
            $"""
            [services.counter]
            type    = "worker"
            command = {TestWorkspace.Run("spam", "--bytes-per-second", "20KB", "--line-length", "50")}
            """,
            Ct);
        await workspace.UpAsync(Ct);
        var pid = (await workspace.ServiceAsync("counter", Ct)).Pid;
        for (var round = 0; round < Rounds.Of(3); round++)
        {
            (await Home.Processes.DaemonAsync(Ct)).Kill();
            var known = (await NumbersAsync(workspace)).Count;
            await Eventually.IsTrueAsync(async () => (await NumbersAsync(workspace)).Count > known + 300, "the log grows without a daemon", Ct);
            await Home.Cli.RunAsync(["daemon", "start"], Ct);
            Assert.Equal(pid, (await workspace.ServiceAsync("counter", Ct)).Pid);
        }

        var before = (await NumbersAsync(workspace)).Count;
        await Eventually.IsTrueAsync(async () => (await NumbersAsync(workspace)).Count > before + 300, "the log grows after adoption", Ct);
        var numbers = await NumbersAsync(workspace);
        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
    }

    [Fact]
    public async Task The_address_of_an_adopted_service_answers_again()
    {
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, lifetime: "workspace"), Ct);
        await workspace.UpAsync(Ct);
        var service = await workspace.ServiceAsync("api", Ct);
        (await Home.Processes.DaemonAsync(Ct)).Kill();
        await Home.Cli.RunAsync(["daemon", "start"], Ct);
        var answer = await Web.GetAsync($"http://127.0.0.1:{service.Port}/", Ct);
        Assert.Equal(service.Pid, answer.Number("pid"));
        var named = await Web.GetFromEdgeAsync((await Home.DoorAsync("edge", Ct))!, "api.shop.localhost", "/", Ct);
        Assert.Equal(service.Pid, named.Number("pid"));
    }

    [Fact]
    public async Task What_ended_while_no_daemon_was_there_is_noticed_and_restarted()
    {
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, lifetime: "workspace"), Ct);
        await workspace.UpAsync(Ct);
        var before = await workspace.StatusAsync(Ct);
        (await Home.Processes.DaemonAsync(Ct)).Kill();
        var api = HostProcess.Find(before["api"].Pid)!;
        api.Kill();
        await Eventually.IsTrueAsync(() => !api.IsAlive(), "the service is gone", Ct);
        await Home.Cli.RunAsync(["daemon", "start"], Ct);
        var after = await workspace.UntilReadyAsync("api", Ct);
        Assert.NotEqual(before["api"].Pid, after.Pid);
        Assert.Equal(before["stubborn"].Pid, (await workspace.ServiceAsync("stubborn", Ct)).Pid);
    }

    private static async Task<IReadOnlyList<int>> NumbersAsync(LiveWorkspace workspace) =>
        [.. (await workspace.OutputAsync("counter", Ct)).Select(line => int.Parse(line.AsSpan(0, 12), System.Globalization.CultureInfo.InvariantCulture))];
}
