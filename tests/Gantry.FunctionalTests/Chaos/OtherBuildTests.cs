using System.Globalization;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>A daemon of an older version is replaced, and what it runs does not notice.</summary>
public sealed class OtherBuildTests : GantryTest
{
    private string Toml =>
        Crowd.Toml(Home, lifetime: "workspace") +
        $"""

        [services.counter]
        type    = "worker"
        command = {TestWorkspace.Run("spam", "--bytes-per-second", "20KB", "--line-length", "50")}
        """;

    [Theory]
    [InlineData("up")]
    [InlineData("status")]
    [InlineData("logs", "api")]
    [InlineData("restart", "api")]
    [InlineData("daemon", "start")]
    public async Task The_first_command_of_another_build_replaces_the_daemon_and_keeps_the_pids(params string[] command)
    {
        var (workspace, older, version) = await PrepareAsync();
        var before = await workspace.StatusByAsync(older, Ct);
        var daemon = await Home.Processes.DaemonAsync(Ct);
        var guardian = await Home.Processes.GuardianAsync(Ct);
        Assert.Equal(version, await VersionAsync());

        await workspace.DoAsync(Ct, command);

        var after = await workspace.StatusAsync(Ct);
        Assert.NotEqual(version, await VersionAsync());
        Assert.False(daemon.IsAlive());
        Assert.True(guardian.IsAlive());
        var restarted = command is ["restart", var name] ? name : null;
        Assert.Equal(before.Pids.Where(pair => pair.Key != restarted), after.Pids.Where(pair => pair.Key != restarted));
        Assert.Equal(before["api"].Port, after["api"].Port);
        await workspace.UntilAllReadyAsync(Ct);
        Assert.Equal(after["api"].Pid, (await workspace.AskAsync("api", "/", Ct)).Number("pid"));
        Assert.Contains("nothing to do", (await workspace.UpAsync(Ct)).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Builds_that_take_turns_keep_the_pids_and_lose_no_line()
    {
        var (workspace, older, _) = await PrepareAsync();
        var before = await workspace.StatusByAsync(older, Ct);
        for (var round = 0; round < Rounds.Of(2); round++)
        {
            Assert.Equal(before.Pids, (await workspace.StatusAsync(Ct)).Pids);
            Assert.Equal(before.Pids, (await workspace.StatusByAsync(older, Ct)).Pids);
        }

        var numbers = (await workspace.OutputAsync("counter", Ct)).Select(line => int.Parse(line.AsSpan(0, 12), CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
    }

    [Fact]
    public async Task Down_by_another_build_leaves_nothing()
    {
        var (workspace, _, _) = await PrepareAsync();
        await workspace.DownAsync(Ct);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
    }

    [Fact]
    public async Task The_loss_of_the_older_builds_guardian_is_mended_by_the_newer_build()
    {
        var (workspace, _, _) = await PrepareAsync();
        var before = await workspace.StatusAsync(Ct);
        var lost = await Home.Processes.GuardianAsync(Ct);
        var everything = await Home.Processes.WorkloadsAsync();
        lost.Kill();
        await HomeProcesses.GoneAsync(everything, Eventually.Deadline, Ct);
        await Home.Processes.NextGuardianAsync(lost, Ct);
        await workspace.UntilAllReadyAsync(Ct);
        Assert.Empty((await workspace.StatusAsync(Ct)).Pids.Values.Intersect(before.Pids.Values));
    }

    /// <summary>Brings the workspace up by the older build.</summary>
    private async Task<(LiveWorkspace Workspace, string Older, string Version)> PrepareAsync()
    {
        var (older, version) = await OtherBuild.MakeAsync(Home, Ct);
        var workspace = await Home.LiveAsync(Toml, Ct);
        (await new Command(older, "up") { Environment = Home.Environment, WorkingDirectory = workspace.Folder }.RunAsync(Ct)).ShouldExit(0);
        await Home.Processes.UntilMarkedAsync(Crowd.Detached, Ct);
        return (workspace, older, version);
    }

    private async Task<string?> VersionAsync() => (await Home.Client.GetAsync("/api/version", Ct)).GetProperty("version").GetString();
}
