using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>SIGKILL of the daemon while <c>gantry up</c> starts things, later and later from round to round.</summary>
[Collection(Timed.Name)]
public sealed class DaemonKilledDuringUpTests : GantryTest
{
    private const int MostProcesses = 6;

    private static string Toml(GantryHome home, string lifetime) =>
        $$"""
        [workspace]
        lifetime = "{{lifetime}}"

        [services.base]
        command = {{TestWorkspace.Run("serve", "--delay-listen", "200ms")}}
        health  = { http = "/health" }

        [services.middle]
        type       = "worker"
        command    = {{TestWorkspace.Run("double-fork", home.Marker, "--setsid", "--clear-env")}}
        depends_on = ["base"]

        [services.top]
        command    = {{TestWorkspace.Run("serve", "--health-after", "300ms")}}
        health     = { http = "/health" }
        depends_on = ["middle"]

        [services.one]
        type    = "worker"
        command = ["sleep", "3600"]

        [services.other]
        type    = "worker"
        command = ["sleep", "3600"]
        """;

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task What_was_started_with_the_daemons_lifetime_is_gone_within_two_seconds(string controlGroups)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        var workspace = await Home.LiveAsync(Toml(Home, "daemon"), Ct);
        var moment = new Moment();
        for (var round = 0; round < Rounds.Of(4); round++)
        {
            await BreakAsync(workspace, round, moment);
            await Home.Processes.NoneAsync(HomeProcesses.EndsWithin, Ct);
        }

        await workspace.UpAsync(Ct);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task What_was_started_with_the_workspaces_lifetime_keeps_its_pid_when_up_is_called_again(string controlGroups)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        var workspace = await Home.LiveAsync(Toml(Home, "workspace"), Ct);
        var moment = new Moment();
        for (var round = 0; round < Rounds.Of(4); round++)
        {
            var guardian = await BreakAsync(workspace, round, moment);
            var started = (await Home.Processes.WorkloadsAsync()).Where(process => process.Parent == guardian?.Pid).ToList();
            await workspace.UpAsync(Ct);
            Assert.All(started, process => Assert.True(process.IsAlive(), $"round {round}: {process} was started, and is not there any more"));
            await workspace.DownAsync(Ct);
            Assert.Empty(await Home.Processes.WorkloadsAsync());
        }
    }

    /// <summary>Kills the command first, which must change nothing, and then the daemon.</summary>
    /// <returns>The guardian that is left; null where none was needed yet.</returns>
    private async Task<HostProcess?> BreakAsync(LiveWorkspace workspace, int round, Moment moment)
    {
        await Home.Cli.RunAsync(["daemon", "start"], Ct);
        var daemon = await Home.Processes.DaemonAsync(Ct);
        using var up = await workspace.StartAsync("up");
        await UntilStartedAsync(round % MostProcesses, up);
        await moment.WithinAsync(150, Ct);
        await up.KillAsync(Ct);
        var report = await Home.Client.GetAsync("/api/doctor", Ct);
        daemon.Kill();
        await Eventually.IsTrueAsync(() => !daemon.IsAlive(), "the daemon is gone", Ct);
        return report.GetProperty("daemon").GetProperty("guardian") is { ValueKind: System.Text.Json.JsonValueKind.Number } pid ? HostProcess.Find(pid.GetInt32()) : null;
    }

    private async Task UntilStartedAsync(int processes, BackgroundCommand up) =>
        await Eventually.IsTrueAsync(async () => (await Home.Processes.WorkloadsAsync()).Count >= processes || up.HasExited, $"{processes} processes are started", Ct);
}
