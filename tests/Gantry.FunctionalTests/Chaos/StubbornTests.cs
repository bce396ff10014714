using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>Processes that do not want to end: SIGTERM ignored, sessions left, environments given up.</summary>
[Collection(Timed.Name)]
public sealed class StubbornTests : GantryTest
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>For everything beside the grace: the command itself, and a machine that others use as well.</summary>
    private static readonly TimeSpan Beside = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task What_ignores_sigterm_is_given_its_grace_and_then_killed(string controlGroups)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, lifetime: "workspace"), Ct);
        await workspace.UpAsync(Ct);
        var before = await workspace.StatusAsync(Ct);
        var stubborn = HostProcess.Find(before["stubborn"].Pid)!;
        var stop = await workspace.DoAsync(Ct, "stop", "stubborn");
        Assert.InRange(stop.Duration, Grace, Grace + Beside);
        Assert.False(stubborn.IsAlive());
        Assert.Contains("ignored SIGTERM", await workspace.OutputAsync("stubborn", Ct));
        Assert.Equal(before.Pids.Where(pair => pair.Key != "stubborn"), (await workspace.StatusAsync(Ct)).Pids);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task The_end_of_a_service_is_the_end_of_all_that_it_started(string controlGroups)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        // Without control groups what shed session, environment and parent is told from others' only once those have gone.
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, lifetime: "workspace", clearEnvironment: controlGroups == "auto"), Ct);
        await Crowd.UpAsync(Home, workspace, Ct);
        await workspace.DoAsync(Ct, "stop", "forked");
        Assert.Single(await Home.Processes.MarkedAsync());
        await workspace.DoAsync(Ct, "stop", "daemonised");
        Assert.Empty(await Home.Processes.MarkedAsync());
        await workspace.UntilReadyAsync("api", Ct);
    }

    [Fact]
    public async Task One_that_is_killed_by_somebody_takes_its_descendants_along_and_starts_again()
    {
        var workspace = await Home.LiveAsync(Crowd.Toml(Home, lifetime: "workspace"), Ct);
        await Crowd.UpAsync(Home, workspace, Ct);
        var before = await Home.Processes.MarkedAsync();
        var forked = await workspace.ServiceAsync("forked", Ct);
        HostProcess.Find(forked.Pid)!.Kill();
        var after = await workspace.UntilAsync("forked", service => service.Ready && service.Pid != forked.Pid, Ct);
        Assert.Equal(1, Assert.Single(after.Replicas).Restarts);
        await Home.Processes.UntilMarkedAsync(Crowd.Detached, Ct);
        Assert.Single(before, process => !process.IsAlive());
    }
}
