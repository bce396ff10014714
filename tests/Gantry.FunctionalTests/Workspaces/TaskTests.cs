using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>Tasks run to completion, once.</summary>
public sealed class TaskTests : GantryTest
{
    private const string Counting = "[services.t]\ntype = \"task\"\ncommand = \"echo run >> runs\"\n";

    [Fact]
    public async Task A_completed_task_runs_again_only_where_it_changed_or_is_named()
    {
        var shop = await Home.LiveAsync(Counting, Ct);
        await shop.UpAsync(Ct);
        var task = await shop.ServiceAsync("t", Ct);
        Assert.Equal(("completed", true, 0), (task.State, task.Ready, task.Replicas[0].Exit));
        await shop.UpAsync(Ct);
        await shop.DoAsync(Ct, "start");
        Assert.Equal(1, Runs(shop));
        await shop.DoAsync(Ct, "start", "t");
        Assert.Equal(2, Runs(shop));
        await shop.Files.WriteAsync(Counting + "env = { NEW = \"1\" }\n", Ct);
        await shop.UpAsync(Ct);
        Assert.Equal(3, Runs(shop));
    }

    [Fact]
    public async Task A_stop_of_everything_leaves_a_completed_task_alone()
    {
        var shop = await Home.LiveAsync($"{Counting}[services.w]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n", Ct);
        await shop.UpAsync(Ct);
        Assert.Equal("w: stopped\n", (await shop.DoAsync(Ct, "stop")).Stdout);
        Assert.Equal("completed", (await shop.ServiceAsync("t", Ct)).State);
        await shop.DoAsync(Ct, "start");
        await shop.UpAsync(Ct);
        Assert.Equal(1, Runs(shop));
    }

    [Fact]
    public async Task A_completed_task_stays_so_across_daemons()
    {
        var shop = await Home.LiveAsync(Counting, Ct);
        await shop.UpAsync(Ct);
        await shop.DoAsync(Ct, "daemon", "restart");
        Assert.Equal("completed", (await shop.ServiceAsync("t", Ct)).State);
        Assert.Contains("nothing to do", (await shop.UpAsync(Ct)).Stdout, StringComparison.Ordinal);
        Assert.Equal(1, Runs(shop));
    }

    [Fact]
    public async Task A_completed_task_that_fails_when_it_is_run_again_has_failed_for_the_next_daemon_too()
    {
        var shop = await Home.LiveAsync("[services.t]\ntype = \"task\"\ncommand = \"echo run >> runs; ! test -e bad\"\n", Ct);
        await shop.UpAsync(Ct);
        await shop.Files.WriteAsync("bad", "", Ct);
        (await shop.RunAsync(Ct, "restart", "t")).ShouldExit(1);
        await shop.UntilStateAsync("t", "failed", Ct);
        await shop.DoAsync(Ct, "daemon", "restart");
        var task = await shop.UntilStateAsync("t", "failed", Ct);
        Assert.Equal(1, task.Replicas[0].Exit);
    }

    [Fact]
    public async Task A_failed_task_is_tried_again_by_the_next_up()
    {
        var shop = await Home.LiveAsync("[services.t]\ntype = \"task\"\ncommand = \"echo run >> runs; test -e good\"\n", Ct);
        (await shop.RunAsync(Ct, "up")).ShouldExit(1);
        var task = await shop.ServiceAsync("t", Ct);
        Assert.Equal(("failed", false, 1), (task.State, task.Ready, task.Replicas[0].Exit));
        await shop.Files.WriteAsync("good", "", Ct);
        await shop.UpAsync(Ct);
        Assert.Equal(2, Runs(shop));
    }

    private static int Runs(LiveWorkspace shop) => File.ReadAllLines(Path.Combine(shop.Folder, "runs")).Length;
}
