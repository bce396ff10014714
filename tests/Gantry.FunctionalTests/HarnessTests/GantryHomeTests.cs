using Gantry.FunctionalTests.Harness;
using Xunit;
using Xunit.Sdk;

namespace Gantry.FunctionalTests.HarnessTests;

/// <summary>The harness with the real product.</summary>
public sealed class GantryHomeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_daemon_has_doors_of_its_own_and_leaves_nothing()
    {
        await using var home = GantryHome.Create();
        var daemon = await home.ServeAsync(Ct);
        var doctor = await home.Client.GetAsync("/api/doctor", Ct);
        Assert.Equal(daemon.Pid, doctor.GetProperty("daemon").GetProperty("pid").GetInt32());
        Assert.Equal(home.Path, doctor.GetProperty("daemon").GetProperty("home").GetString());
        Assert.NotEqual(await home.DoorAsync("api", Ct), await home.DoorAsync("edge", Ct));
    }

    [Fact]
    public async Task Two_homes_live_side_by_side()
    {
        await using var one = GantryHome.Create();
        await using var other = GantryHome.Create();
        await one.ServeAsync(Ct);
        await other.ServeAsync(Ct);
        Assert.NotEqual(await one.DoorAsync("api", Ct), await other.DoorAsync("api", Ct));
    }

    [Fact]
    public async Task What_survives_a_home_fails_its_test_and_is_ended()
    {
        var home = GantryHome.Create(endPatience: TimeSpan.FromSeconds(2));
        await home.ServeAsync(Ct);
        await new Command(Programs.TestApp, "double-fork", home.Marker, "--setsid", "--clear-env", "--exit").RunAsync(Ct);
        await Eventually.IsTrueAsync(() => home.Survivors.Processes().Any(process => process.CommandLine.Contains("hold", StringComparison.Ordinal)), "it is there", Ct);
        var failure = await Assert.ThrowsAsync<XunitException>(async () => await home.DisposeAsync());
        Assert.Contains($"hold {home.Marker}", failure.Message, StringComparison.Ordinal);
        Assert.Empty(home.Survivors.Processes());
    }

    [Fact]
    public async Task A_report_tells_what_is_known()
    {
        await using var home = GantryHome.Create();
        await home.ServeAsync(Ct);
        var report = await HomeReport.OfAsync(home, Ct);
        Assert.Contains("=== /api/doctor\n{", report, StringComparison.Ordinal);
        Assert.Contains("=== gantry serve\n", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workspace_ends_with_its_home()
    {
        var home = GantryHome.Create();
        await home.ServeAsync(Ct);
        var processes = await UpAsync(home);
        await home.DisposeAsync();
        Assert.All(processes, process => Assert.False(process.IsAlive(), $"{process}"));
        Assert.False(Directory.Exists(home.Path));
    }

    [Fact]
    public async Task What_a_killed_daemon_left_running_is_ended_by_the_next_one()
    {
        var home = GantryHome.Create();
        var daemon = await home.ServeAsync(Ct);
        var processes = await UpAsync(home);
        await daemon.KillAsync(Ct);
        await home.DisposeAsync();
        Assert.All(processes, process => Assert.False(process.IsAlive(), $"{process}"));
    }

    /// <summary>Brings two services up, and returns their processes.</summary>
    private static async Task<IReadOnlyList<HostProcess>> UpAsync(GantryHome home)
    {
        var workspace = await home.WorkspaceAsync(
            $$"""
            [services.api]
            command = {{TestWorkspace.Run("serve", "--name", "api")}}
            health  = { http = "/health" }

            [services.worker]
            type       = "worker"
            command    = {{TestWorkspace.Run("ignore-sigterm")}}
            stop       = { grace = "200ms" }
            depends_on = ["api"]
            """,
            Ct);
        (await home.Cli.RunAsync(["up", workspace.Folder], Ct)).ShouldExit(0);
        var status = (await home.Cli.RunAsync(["status", workspace.Folder, "--json"], Ct)).ShouldExit(0).Json();
        var pids = status.GetProperty("services").EnumerateArray()
            .SelectMany(service => service.GetProperty("replicas").EnumerateArray())
            .Select(replica => replica.GetProperty("pid").GetInt32());
        var processes = pids.Select(HostProcess.Find).OfType<HostProcess>().ToList();
        Assert.Equal(2, processes.Count);
        Assert.Equal(processes.Select(process => process.Pid).Order(), home.Survivors.Processes().Select(process => process.Pid).Intersect(processes.Select(process => process.Pid)).Order());
        return processes;
    }
}
