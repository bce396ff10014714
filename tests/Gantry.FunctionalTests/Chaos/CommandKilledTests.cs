using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>The command line only asks: whatever happens to it changes nothing.</summary>
public sealed class CommandKilledTests : GantryTest
{
    private static string Toml =>
        $$"""
        [services.base]
        command = {{TestWorkspace.Run("serve", "--delay-listen", "500ms")}}
        health  = { http = "/health" }

        [services.top]
        type       = "worker"
        command    = {{TestWorkspace.Run("ignore-sigterm")}}
        stop       = { grace = "1s" }
        depends_on = ["base"]
        """;

    [Fact]
    public async Task An_up_that_is_killed_goes_on_without_its_command()
    {
        var workspace = await Home.LiveAsync(Toml, Ct);
        for (var round = 0; round < Rounds.Of(2); round++)
        {
            using var up = await workspace.StartAsync("up");
            await Eventually.IsTrueAsync(async () => (await Home.Processes.WorkloadsAsync()).Count > 0, "something is started", Ct);
            await up.KillAsync(Ct);
            await workspace.UntilAllReadyAsync(Ct);
            await workspace.DownAsync(Ct);
        }
    }

    [Fact]
    public async Task A_down_that_is_killed_goes_on_without_its_command()
    {
        var workspace = await Home.LiveAsync(Toml, Ct);
        for (var round = 0; round < Rounds.Of(2); round++)
        {
            await workspace.UpAsync(Ct);
            using var down = await workspace.StartAsync("down");
            await workspace.UntilStateAsync("top", "stopping", Ct);
            await down.KillAsync(Ct);
            await Eventually.IsTrueAsync(async () => await workspace.IdAsync(Ct) is null, "the workspace is down", Ct);
            Assert.Empty(await Home.Processes.WorkloadsAsync());
        }
    }

    /// <summary>The other way round: it is the daemon that dies, and the command waits a while for the next one.</summary>
    [Fact]
    public async Task An_up_whose_daemon_dies_ends_without_a_stack_trace_and_can_be_repeated()
    {
        var workspace = await Home.LiveAsync(Toml, Ct);
        var moment = new Moment();
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            using var up = await workspace.StartAsync("up");
            await Eventually.IsTrueAsync(async () => (await Home.Processes.WorkloadsAsync()).Count > 0, "something is started", Ct);
            await moment.WithinAsync(150, Ct);
            (await Home.Processes.DaemonAsync(Ct)).Kill();
            var ended = await up.EndAsync(Ct);
            var said = await up.OutputAsync(Ct);
            Assert.True(ended is 0 or 1 or 75, $"up ended with {ended}\n{said}");
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
            await workspace.UpAsync(Ct);
            await workspace.DownAsync(Ct);
        }
    }

    [Fact]
    public async Task Killed_commands_that_follow_or_execute_leave_the_services_alone()
    {
        var workspace = await Home.LiveAsync(Toml, Ct);
        await workspace.UpAsync(Ct);
        var before = await workspace.StatusAsync(Ct);

        using var logs = await workspace.StartAsync("logs", "-f");
        await Eventually.IsTrueAsync(async () => (await logs.OutputAsync(Ct)).Contains("ready, and staying", StringComparison.Ordinal), "the log is followed", Ct);
        await logs.KillAsync(Ct);

        using var exec = await workspace.StartAsync("exec", "top", "--", Programs.TestApp, "hold", Home.Marker);
        await Home.Processes.UntilMarkedAsync(1, Ct);
        await exec.KillAsync(Ct);
        await Home.Processes.UntilMarkedAsync(0, Ct);

        Assert.Equal(before.Pids, (await workspace.StatusAsync(Ct)).Pids);
        await workspace.UntilAllReadyAsync(Ct);
    }

    [Fact]
    public async Task Ctrl_C_in_up_leaves_everything_running_and_says_so()
    {
        var workspace = await Home.LiveAsync(Toml, Ct);
        // This very command starts the daemon, too, and the terminal's signal must not reach that one either.
        using var terminal = Terminal.Start(Home, workspace.Folder, await Programs.GantryAsync(), "up");
        // The terminal is a family of processes, too, but none that carries the guardian's mark.
        await Eventually.IsTrueAsync(async () => (await Home.Processes.WorkloadsAsync()).Any(process => process.HasVariable("GANTRY_INSTANCE=")), "something is started", Ct);
        await terminal.TypeAsync("\u0003", Ct);
        Assert.Equal(130, await terminal.EndAsync(Ct));
        await workspace.UntilAllReadyAsync(Ct);
        Assert.Contains("goes on", terminal.Screen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("down")]
    [InlineData("restart")]
    public async Task Ctrl_C_in_a_command_that_stops_ends_the_waiting_alone_and_says_so(string command)
    {
        var workspace = await Home.LiveAsync(Toml, Ct);
        await workspace.UpAsync(Ct);
        using var terminal = Terminal.Start(Home, workspace.Folder, await Programs.GantryAsync(), command);
        await workspace.UntilStateAsync("top", "stopping", Ct);
        await terminal.TypeAsync("\u0003", Ct);
        Assert.Equal(130, await terminal.EndAsync(Ct));
        Assert.Contains("you stopped waiting, and what was begun goes on; gantry status shows it", terminal.Screen, StringComparison.Ordinal);
        Assert.Equal(command == "restart", terminal.Screen.Contains("gantry down ends it", StringComparison.Ordinal));
        await Eventually.IsTrueAsync(
            async () => (await workspace.LookAsync(Ct)) is not { } left || left["top"].State == (command == "restart" ? "running" : "stopped"), "it went on", Ct);
    }

    /// <summary>A shell without job control starts what it puts into the background with these two ignored, and they are inherited.</summary>
    [Fact]
    public async Task Signals_that_the_command_was_told_to_ignore_are_not_ignored_by_what_it_starts()
    {
        var workspace = await Home.LiveAsync(Toml, Ct);
        var up = new Command("/bin/sh", "-c", "trap '' INT QUIT HUP; exec \"$0\" up", await Programs.GantryAsync()) { Environment = Home.Environment, WorkingDirectory = workspace.Folder };
        (await up.RunAsync(Ct)).ShouldExit(0);
        var server = await workspace.ServiceAsync("base", Ct);
        var ignored = File.ReadLines($"/proc/{server.Pid}/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim();
        const long hangUpInterruptQuit = 0b111;
        Assert.Equal(0, long.Parse(ignored, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture) & hangUpInterruptQuit);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_to_up_leaves_everything_running(string signal)
    {
        var workspace = await Home.LiveAsync(Toml, Ct);
        using var up = await workspace.StartAsync("up");
        await Eventually.IsTrueAsync(async () => (await Home.Processes.WorkloadsAsync()).Count > 0, "something is started", Ct);
        await up.SignalAsync(signal, Ct);
        Assert.NotEqual(0, await up.EndAsync(Ct));
        await workspace.UntilAllReadyAsync(Ct);
    }
}
