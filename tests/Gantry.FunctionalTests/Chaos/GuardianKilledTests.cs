using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>SIGKILL of the guardian: what it kept is ended, and the daemon starts again what should run, with a new one.</summary>
[Collection(Timed.Name)]
public sealed class GuardianKilledTests : GantryTest
{
    // Without control groups what gave up its environment, and lost the guardian that was its parent, cannot be told from
    // anybody's process: the design promises the marker only.
    [Theory]
    [InlineData("auto", "workspace")]
    [InlineData("off", "workspace")]
    [InlineData("auto", "daemon")]
    [InlineData("off", "daemon")]
    public async Task While_everything_runs(string controlGroups, string lifetime)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        NeedsControlGroupsWhereAsked(controlGroups);
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, lifetime, clearEnvironment: controlGroups == "auto"), Ct);
        await Crowd.UpAsync(Home, workspace, Ct);
        for (var round = 0; round < Rounds.Of(2); round++)
        {
            await Home.Processes.UntilMarkedAsync(Crowd.Detached, Ct);
            var everything = await Home.Processes.WorkloadsAsync();
            var before = await workspace.StatusAsync(Ct);
            var guardian = await KillGuardianAsync();
            await HomeProcesses.GoneAsync(everything, HomeProcesses.EndsWithin, Ct);
            await UntilStartedAgainAsync(workspace, before);
            Assert.NotEqual(guardian.Pid, (await Home.Processes.GuardianAsync(Ct)).Pid);
            Assert.Equal(before["api"].Port, (await workspace.StatusAsync(Ct))["api"].Port);
            await Home.Processes.UntilMarkedAsync(Crowd.Detached, Ct);
        }

        Assert.Contains("nothing to do", (await workspace.UpAsync(Ct)).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_things_are_started()
    {
        var workspace = await Home.LiveAsync(
            $$"""
            [services.base]
            command = {{TestWorkspace.Run("serve", "--delay-listen", "200ms")}}
            health  = { http = "/health" }

            [services.top]
            command    = {{TestWorkspace.Run("serve", "--health-after", "300ms")}}
            health     = { http = "/health" }
            depends_on = ["base"]

            [services.seed]
            type       = "task"
            command    = ["sleep", "0.2"]
            depends_on = ["base"]

            [services.one]
            type    = "worker"
            command = ["sleep", "3600"]
            """,
            Ct);
        var moment = new Moment();
        for (var round = 0; round < Rounds.Of(4); round++)
        {
            using var up = await workspace.StartAsync("up");
            await Eventually.IsTrueAsync(async () => (await Home.Processes.WorkloadsAsync()).Count > round % 4, $"more than {round % 4} processes are started", Ct);
            await moment.WithinAsync(100, Ct);
            var before = await Home.Processes.WorkloadsAsync();
            var guardian = await KillGuardianAsync();
            await HomeProcesses.GoneAsync(before, HomeProcesses.EndsWithin, Ct);
            await up.ShouldEndAsync(0, Ct);
            Assert.NotEqual(guardian.Pid, (await Home.Processes.GuardianAsync(Ct)).Pid);
            // A server that was started in time answers where one of the killed generation holds its port no more.
            Assert.Equal(200, (await workspace.AskAsync("top", "/health", Ct)).Status);
            await workspace.DownAsync(Ct);
            Assert.Empty(await Home.Processes.WorkloadsAsync());
        }
    }

    [Fact]
    public async Task While_it_starts_itself()
    {
        var workspace = await Home.LiveAsync("[services.one]\ntype = \"worker\"\ncommand = [\"sleep\", \"3600\"]\n", Ct);
        var moment = new Moment();
        for (var round = 0; round < Rounds.Of(3); round++)
        {
            using var up = await workspace.StartAsync("up");
            var guardian = await Eventually.FindAsync(() => Task.FromResult(Home.Processes.Guardian()), "a guardian is started", Ct);
            await moment.WithinAsync(60, Ct);
            guardian.Kill();
            await up.ShouldEndAsync(0, Ct);
            Assert.Single(await Home.Processes.WorkloadsAsync());
            await workspace.DownAsync(Ct);
            (await Home.Cli.RunAsync(["daemon", "stop"], Ct)).ShouldExit(0);
        }
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task While_everything_is_taken_down(string controlGroups)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        NeedsControlGroupsWhereAsked(controlGroups);
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, "workspace", clearEnvironment: controlGroups == "auto", grace: "60s"), Ct);
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            var everything = await Crowd.UpAsync(Home, workspace, Ct);
            using var down = await workspace.StartAsync("down");
            await workspace.UntilStateAsync("stubborn", "stopping", Ct);
            await KillGuardianAsync();
            await HomeProcesses.GoneAsync(everything, HomeProcesses.EndsWithin, Ct);
            await down.ShouldEndAsync(0, Ct);
            Assert.Null(await workspace.IdAsync(Ct));
            Assert.Empty(await Home.Processes.WorkloadsAsync());
        }
    }

    [Fact]
    public async Task While_one_service_stops_the_others_come_back_and_it_does_not()
    {
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, "workspace", clearEnvironment: false, grace: "5s"), Ct);
        await Crowd.UpAsync(Home, workspace, Ct);
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            var before = await workspace.StatusAsync(Ct);
            using var stop = await workspace.StartAsync("stop", "stubborn");
            await workspace.UntilStateAsync("stubborn", "stopping", Ct);
            await KillGuardianAsync();
            await stop.ShouldEndAsync(0, Ct);
            await workspace.UntilAsync("api", api => api.Ready && api.Pid != before["api"].Pid, Ct);
            Assert.Equal("stopped", (await workspace.ServiceAsync("stubborn", Ct)).State);
            await workspace.DoAsync(Ct, "start", "stubborn");
        }
    }

    [Fact]
    public async Task What_was_written_before_stays_readable()
    {
        var workspace = await Home.LiveAsync(
            $"""
            [services.counter]
            type    = "worker"
            command = {TestWorkspace.Run("log-lines", "--count", "20", "--stay")}
            """,
            Ct);
        await workspace.UpAsync(Ct);
        await Eventually.IsTrueAsync(async () => (await workspace.OutputAsync("counter", Ct)).Count == 20, "all lines are written", Ct);
        await KillGuardianAsync();
        await Eventually.IsTrueAsync(async () => (await workspace.OutputAsync("counter", Ct)).Count == 40, "the second run's lines follow the first's", Ct);
        var once = Enumerable.Range(1, 20).Select(number => $"out {number}").ToList();
        Assert.Equal(once.Concat(once), await workspace.OutputAsync("counter", Ct));
    }

    [Fact]
    public async Task The_loss_is_told_and_costs_no_attempt()
    {
        var workspace = await Home.LiveAsync(
            """
            [services.once]
            type    = "worker"
            command = ["sleep", "3600"]
            restart = "never"
            """,
            Ct);
        await workspace.UpAsync(Ct);
        var before = await workspace.ServiceAsync("once", Ct);
        await KillGuardianAsync();
        await workspace.UntilAsync("once", once => once.Ready && once.Pid != before.Pid, Ct);
    }

    private static void NeedsControlGroupsWhereAsked(string controlGroups)
    {
        if (controlGroups == "auto")
        {
            Needs.ControlGroups();
        }
    }

    private async Task<HostProcess> KillGuardianAsync()
    {
        var guardian = await Home.Processes.GuardianAsync(Ct);
        guardian.Kill();
        return guardian;
    }

    private static Task<TimeSpan> UntilStartedAgainAsync(LiveWorkspace workspace, WorkspaceView before) => Eventually.PassesAsync(
        async () =>
        {
            var after = await workspace.LookAsync(Ct);
            Assert.All(after!.Services, service => Assert.True(service.Ready, service.ToString()));
            Assert.Empty(after.Pids.Values.Intersect(before.Pids.Values));
        },
        Ct);
}
