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
}
