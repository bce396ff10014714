using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>SIGKILL of the daemon and of the guardian: nobody is left to end anything, and the next command does it first.</summary>
public sealed class BothKilledTests : GantryTest
{
    [Theory]
    [InlineData("auto", "workspace")]
    [InlineData("off", "workspace")]
    [InlineData("auto", "daemon")]
    [InlineData("off", "daemon")]
    public async Task The_next_up_sweeps_first_and_brings_everything_back(string controlGroups, string lifetime)
    {
        var (workspace, port) = await PrepareAsync(controlGroups, lifetime);
        for (var round = 0; round < Rounds.Of(2); round++)
        {
            await Crowd.UpAsync(Home, workspace, Ct);
            var left = await KillBothAsync(guardianFirst: round % 2 == 0);
            await workspace.UpAsync(Ct);
            Assert.All(left, process => Assert.False(process.IsAlive(), $"{process} was not swept"));
            Assert.Equal(port, (await workspace.AskAsync("fixed", "/", Ct)).Number("port"));
            await workspace.UntilAllReadyAsync(Ct);
        }
    }

    /// <summary>The design, section 6.1: if both died, the next command sweeps first. It does not say which command.</summary>
    [Theory]
    [InlineData("daemon", "start")]
    [InlineData("status")]
    [InlineData("status", "--json")]
    [InlineData("why")]
    [InlineData("logs")]
    [InlineData("doctor")]
    [InlineData("start")]
    [InlineData("restart", "api")]
    [InlineData("wait", "api")]
    [InlineData("exec", "api", "--", "true")]
    [InlineData("stop")]
    [InlineData("down")]
    public async Task Any_command_that_comes_next_sweeps(params string[] command)
    {
        var (workspace, _) = await PrepareAsync("auto", "workspace");
        await Crowd.UpAsync(Home, workspace, Ct);
        var left = await KillBothAsync(guardianFirst: true);
        Assert.NotEmpty(left);
        await workspace.RunAsync(Ct, command);
        await HomeProcesses.GoneAsync(left, Eventually.Deadline, Ct);
    }

    /// <summary>Where nobody but the one who died would ever remove them.</summary>
    [Fact]
    public async Task Neither_leaves_a_file_of_the_runtime_in_the_temporary_folder()
    {
        // What the user's own shell says of it, or ./gantry, is not what a daemon depends on.
        Home.Environment["DOTNET_EnableDiagnostics"] = null;
        Home.Environment["GANTRY_SET"] = null;
        var before = TemporaryFiles().ToHashSet();
        var shop = await Home.LiveAsync("[services.w]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n", Ct);
        await shop.UpAsync(Ct);
        HostProcess[] both = [await Home.Processes.DaemonAsync(Ct), await Home.Processes.GuardianAsync(Ct)];
        Assert.All(both, process => process.Kill());
        await HomeProcesses.GoneAsync(both, Eventually.Deadline, Ct);
        Assert.DoesNotContain(TemporaryFiles().Except(before), file => both.Any(process => Path.GetFileName(file).Contains($"-{process.Pid}-", StringComparison.Ordinal)));
        await shop.DownAsync(Ct);

        static IEnumerable<string> TemporaryFiles() => new[] { Path.GetTempPath(), "/tmp" }.SelectMany(Directory.GetFileSystemEntries);
    }

    [Fact]
    public async Task Down_leaves_nothing()
    {
        var (workspace, _) = await PrepareAsync("auto", "workspace");
        await Crowd.UpAsync(Home, workspace, Ct);
        await KillBothAsync(guardianFirst: true);
        await workspace.DownAsync(Ct);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
        Assert.Null(await workspace.IdAsync(Ct));
    }

    /// <summary>The design, section 9: after any crash of the daemon the next command brings full operation back in less than 30 s.</summary>
    [Fact]
    public async Task A_new_daemon_starts_again_what_should_run()
    {
        var (workspace, _) = await PrepareAsync("auto", "workspace");
        await Crowd.UpAsync(Home, workspace, Ct);
        await workspace.DoAsync(Ct, "stop", "stubborn");
        await KillBothAsync(guardianFirst: false);
        await Home.Cli.RunAsync(["daemon", "start"], Ct);
        await workspace.UntilReadyAsync("api", Ct);
        await workspace.UntilReadyAsync("fixed", Ct);
        Assert.Equal("stopped", (await workspace.ServiceAsync("stubborn", Ct)).State);
    }

    [Fact]
    public async Task While_things_are_started_nothing_is_left_over()
    {
        var (workspace, _) = await PrepareAsync("auto", "workspace");
        var moment = new Moment();
        for (var round = 0; round < Rounds.Of(3); round++)
        {
            using var up = await workspace.StartAsync("up");
            await Eventually.IsTrueAsync(async () => (await Home.Processes.WorkloadsAsync()).Count > round % 5, $"more than {round % 5} processes are started", Ct);
            await up.KillAsync(Ct);
            await moment.WithinAsync(100, Ct);
            var left = await KillBothAsync(guardianFirst: round % 2 == 0);
            await workspace.UpAsync(Ct);
            Assert.All(left, process => Assert.False(process.IsAlive(), $"{process} was not swept"));
            await workspace.DownAsync(Ct);
            Assert.Empty(await Home.Processes.WorkloadsAsync());
        }
    }

    [Fact]
    public async Task While_everything_is_taken_down_the_next_down_finishes_it()
    {
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, "workspace", grace: "60s"), Ct);
        Needs.ControlGroups();
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            await Crowd.UpAsync(Home, workspace, Ct);
            using var down = await workspace.StartAsync("down");
            await workspace.UntilStateAsync("stubborn", "stopping", Ct);
            await down.KillAsync(Ct);
            await KillBothAsync(guardianFirst: round % 2 == 0);
            await workspace.DownAsync(Ct);
            Assert.Empty(await Home.Processes.WorkloadsAsync());
            Assert.Null(await workspace.IdAsync(Ct));
        }
    }

    private async Task<(LiveWorkspace Workspace, int Port)> PrepareAsync(string controlGroups, string lifetime)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        if (controlGroups == "auto")
        {
            Needs.ControlGroups();
        }

        // Whoever is not swept first holds the port of the one that is started in its place.
        var port = FreePort.Find();
        var toml = Crowd.Toml(Home, lifetime, clearEnvironment: controlGroups == "auto") +
            $"""

            [services.fixed]
            command     = {TestWorkspace.Run("serve")}
            target_port = {port}
            """;
        return (await Home.LiveAsync(toml, Ct), port);
    }

    /// <returns>What runs on although nobody watches it any more.</returns>
    private async Task<IReadOnlyList<HostProcess>> KillBothAsync(bool guardianFirst)
    {
        var daemon = await Home.Processes.DaemonAsync(Ct);
        var guardian = await Home.Processes.GuardianAsync(Ct);
        HostProcess[] both = guardianFirst ? [guardian, daemon] : [daemon, guardian];
        foreach (var process in both)
        {
            // Neither may see the other's end and act on it, however long this test is kept waiting between the two.
            await Signal.SendAsync("STOP", process.Pid, Ct);
        }

        foreach (var process in both)
        {
            process.Kill();
        }

        await HomeProcesses.GoneAsync(both, Eventually.Deadline, Ct);
        return await Home.Processes.WorkloadsAsync();
    }
}
