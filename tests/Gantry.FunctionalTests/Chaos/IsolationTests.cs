using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>Two homes, and two clones of one workspace, never touch each other.</summary>
[Collection(Timed.Name)]
public sealed class IsolationTests : GantryTest
{
    [Fact]
    public async Task Two_clones_of_one_workspace_run_side_by_side()
    {
        var (one, other) = await ClonesAsync();
        var first = await one.StatusAsync(Ct);
        var second = await other.StatusAsync(Ct);
        Assert.Empty(first.Pids.Values.Intersect(second.Pids.Values));
        Assert.NotEqual(first["api"].Port, second["api"].Port);
        Assert.Equal(first["api"].Pid, (await one.AskAsync("api", "/", Ct)).Number("pid"));
        Assert.Equal(second["api"].Pid, (await other.AskAsync("api", "/", Ct)).Number("pid"));
    }

    [Theory]
    [InlineData("down")]
    [InlineData("stop")]
    [InlineData("restart")]
    public async Task What_is_done_to_one_clone_leaves_the_others_pids(string verb)
    {
        var (one, other) = await ClonesAsync();
        var before = await other.StatusAsync(Ct);
        await one.DoAsync(Ct, verb);
        Assert.Equal(before.Pids, (await other.StatusAsync(Ct)).Pids);
        await other.UntilAllReadyAsync(Ct);
    }

    [Fact]
    public async Task A_clone_with_the_daemons_lifetime_ends_alone()
    {
        var ending = await Home.LiveAsync(Crowd.Toml(Home, "daemon"), Ct, "a/shop");
        var staying = await Home.LiveAsync(Crowd.Toml(Home, "workspace"), Ct, "b/shop");
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            await staying.UpAsync(Ct);
            await Home.Processes.UntilMarkedAsync(Crowd.Detached, Ct);
            var stays = await Home.Processes.WorkloadsAsync();
            await ending.UpAsync(Ct);
            await Home.Processes.UntilMarkedAsync(2 * Crowd.Detached, Ct);
            var ends = (await Home.Processes.WorkloadsAsync()).Except(stays).ToList();
            (await Home.Processes.DaemonAsync(Ct)).Kill();
            await HomeProcesses.GoneAsync(ends, HomeProcesses.EndsWithin, Ct);
            Assert.All(stays, process => Assert.True(process.IsAlive(), $"{process} belongs to the other clone"));
        }
    }

    [Fact]
    public async Task Two_homes_run_one_folder_and_the_death_of_one_homes_keepers_leaves_the_others_pids()
    {
        await using var neighbour = GantryHome.Create();
        var mine = await Home.LiveAsync(Crowd.Toml(Home, "daemon"), Ct);
        var theirs = new LiveWorkspace(neighbour, mine.Files);
        await theirs.UpAsync(Ct);
        var before = await theirs.StatusAsync(Ct);
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            await mine.UpAsync(Ct);
            var own = (await mine.StatusAsync(Ct)).Pids.Values.Select(pid => HostProcess.Find(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture))!).ToList();
            (await Home.Processes.DaemonAsync(Ct)).Kill();
            await HomeProcesses.GoneAsync(own, HomeProcesses.EndsWithin, Ct);
            Assert.Equal(before.Pids, (await theirs.StatusAsync(Ct)).Pids);

            await mine.UpAsync(Ct);
            var lost = await Home.Processes.GuardianAsync(Ct);
            lost.Kill();
            var guardian = await Home.Processes.NextGuardianAsync(lost, Ct);
            await mine.UntilAllReadyAsync(Ct);
            Assert.Equal(before.Pids, (await theirs.StatusAsync(Ct)).Pids);

            (await Home.Processes.DaemonAsync(Ct)).Kill();
            guardian.Kill();
            await mine.DownAsync(Ct);
            Assert.Equal(before.Pids, (await theirs.StatusAsync(Ct)).Pids);
        }

        Assert.All(before.Pids.Values, pid => Assert.NotNull(HostProcess.Find(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture))));
        await theirs.UntilAllReadyAsync(Ct);
    }

    [Fact]
    public async Task Commands_of_one_home_do_not_see_the_others_workspaces()
    {
        await using var neighbour = GantryHome.Create();
        var mine = await Home.LiveAsync(Crowd.Toml(Home, "workspace"), Ct);
        await new LiveWorkspace(neighbour, mine.Files).UpAsync(Ct);
        var status = await mine.StatusAsync(Ct);
        Assert.Empty(status.Services);
        var pids = (await new LiveWorkspace(neighbour, mine.Files).StatusAsync(Ct)).Pids;
        await mine.RunAsync(Ct, "down");
        Assert.Equal(pids, (await new LiveWorkspace(neighbour, mine.Files).StatusAsync(Ct)).Pids);
    }

    /// <summary>One file in two folders of the same name, both up in one home.</summary>
    private async Task<(LiveWorkspace One, LiveWorkspace Other)> ClonesAsync()
    {
        var toml = Crowd.Toml(Home, "workspace");
        var one = await Home.LiveAsync(toml, Ct, "a/shop");
        var other = await Home.LiveAsync(toml, Ct, "b/shop");
        await one.UpAsync(Ct);
        await other.UpAsync(Ct);
        return (one, other);
    }
}
