using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>What waits for what: a dependency is held back by a file that the test makes.</summary>
public sealed class DependencyTests : GantryTest
{
    private const string Gate = "while ! test -e gate; do sleep 0.05; done";

    [Theory]
    [InlineData("{ db = \"healthy\" }")]
    [InlineData("[\"db\"]")]
    public async Task It_waits_until_a_dependency_with_a_health_test_is_healthy(string dependsOn)
    {
        var shop = await HeldAsync(dependsOn);
        var db = await shop.UntilStateAsync("db", "running", Ct);
        Assert.False(db.Ready);
        var api = await shop.UntilStateAsync("api", "waiting", Ct);
        Assert.Contains("db", api.Reason, StringComparison.Ordinal);
        Assert.Null(Assert.Single(api.Replicas).Pid);
        await OpenAsync(shop);
        await shop.UntilAllReadyAsync(Ct);
        Assert.Equal("healthy", (await shop.ServiceAsync("db", Ct)).Health);
    }

    [Fact]
    public async Task It_does_not_wait_for_health_where_started_is_enough()
    {
        var shop = await HeldAsync("{ db = \"started\" }");
        await shop.UntilReadyAsync("api", Ct);
        Assert.False((await shop.ServiceAsync("db", Ct)).Ready);
        await OpenAsync(shop);
        await shop.UntilAllReadyAsync(Ct);
    }

    [Fact]
    public async Task A_list_waits_for_started_where_there_is_no_health_test()
    {
        var shop = await Home.LiveAsync(
            $"""
            [services.db]
            command = {TestWorkspace.Run("serve", "--delay-listen", "20s")}

            [services.api]
            command    = {TestWorkspace.Run("serve")}
            depends_on = ["db"]
            """,
            Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilReadyAsync("api", Ct);
        Assert.False((await shop.ServiceAsync("db", Ct)).Ready);
    }

    [Fact]
    public async Task It_waits_until_a_task_has_completed()
    {
        var shop = await Home.LiveAsync(
            $$"""
            [services.migrate]
            type    = "task"
            command = "{{Gate}}; echo migrated"

            [services.api]
            command    = {{TestWorkspace.Run("serve")}}
            depends_on = { migrate = "completed" }
            """,
            Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilStateAsync("migrate", "running", Ct);
        await shop.UntilStateAsync("api", "waiting", Ct);
        await OpenAsync(shop);
        await shop.UntilAllReadyAsync(Ct);
        Assert.Equal("completed", (await shop.ServiceAsync("migrate", Ct)).State);
    }

    [Fact]
    public async Task What_needs_a_task_that_failed_never_starts_and_up_fails_with_the_cause()
    {
        var shop = await Home.LiveAsync(
            $$"""
            [services.migrate]
            type    = "task"
            command = "echo no such table >&2; exit 9"

            [services.api]
            command    = {{TestWorkspace.Run("serve")}}
            depends_on = { migrate = "completed" }
            """,
            Ct);
        var up = (await shop.RunAsync(Ct, "up")).ShouldExit(1);
        Assert.Contains("migrate", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("9", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("no such table", up.Stderr, StringComparison.Ordinal);
        var api = await shop.ServiceAsync("api", Ct);
        Assert.Null(api.Replicas[0].Pid);
        Assert.False(api.Ready);
    }

    [Fact]
    public async Task Only_named_services_come_up_with_what_they_need()
    {
        var shop = await Home.LiveAsync(
            """
            [services.a]
            type    = "worker"
            command = "exec sleep 1000"
            [services.b]
            type    = "worker"
            command = "exec sleep 1000"
            depends_on = ["a"]
            [services.c]
            type    = "worker"
            command = "exec sleep 1000"
            """,
            Ct);
        await shop.UpAsync(Ct, "b");
        var status = await shop.StatusAsync(Ct);
        Assert.True(status["a"].Ready && status["b"].Ready);
        Assert.DoesNotContain("c", status.Pids.Keys);
        await shop.UpAsync(Ct);
        Assert.True((await shop.StatusAsync(Ct))["c"].Ready);
        Assert.Equal(status["a"].Pid, (await shop.StatusAsync(Ct))["a"].Pid);
    }

    [Fact]
    public async Task Down_ends_a_service_before_what_it_depends_on()
    {
        const string tell = "trap 'echo NAME >> order; exit 0' TERM; echo here; while :; do sleep 0.05; done";
        var shop = await Home.LiveAsync(
            $$"""
            [services.db]
            type    = "worker"
            command = "{{tell.Replace("NAME", "db", StringComparison.Ordinal)}}"
            health  = { log = "here" }
            [services.api]
            type       = "worker"
            command    = "{{tell.Replace("NAME", "api", StringComparison.Ordinal)}}"
            depends_on = ["db"]
            health     = { log = "here" }
            [services.web]
            type       = "worker"
            command    = "{{tell.Replace("NAME", "web", StringComparison.Ordinal)}}"
            depends_on = ["api"]
            health     = { log = "here" }
            """,
            Ct);
        await shop.UpAsync(Ct);
        await shop.DownAsync(Ct);
        Assert.Equal(["web", "api", "db"], await File.ReadAllLinesAsync(Path.Combine(shop.Folder, "order"), Ct));
    }

    [Fact]
    public async Task A_dependency_that_is_recreated_does_not_restart_its_dependents()
    {
        var shop = await Home.LiveAsync(
            $$"""
            [services.db]
            command = {{TestWorkspace.Run("serve")}}
            health  = { http = "/health" }
            [services.api]
            command    = {{TestWorkspace.Run("serve")}}
            depends_on = ["db"]
            env        = { DB = "${services.db.url}" }
            """,
            Ct);
        await shop.UpAsync(Ct);
        var before = await shop.StatusAsync(Ct);
        await shop.DoAsync(Ct, "restart", "db");
        var after = await shop.StatusAsync(Ct);
        Assert.NotEqual(before["db"].Pid, after["db"].Pid);
        Assert.Equal(before["api"].Pid, after["api"].Pid);
    }

    [Fact]
    public async Task Starting_a_service_starts_what_it_depends_on()
    {
        var shop = await Home.LiveAsync(
            """
            [services.a]
            type    = "worker"
            command = "exec sleep 1000"
            [services.b]
            type    = "worker"
            command = "exec sleep 1000"
            depends_on = ["a"]
            """,
            Ct);
        await shop.UpAsync(Ct);
        await shop.DoAsync(Ct, "stop", "a", "b");
        Assert.Empty((await shop.StatusAsync(Ct)).Pids);
        await shop.DoAsync(Ct, "start", "b");
        Assert.Equal(["a", "b"], (await shop.StatusAsync(Ct)).Pids.Keys.Order(StringComparer.Ordinal));
    }

    private async Task<LiveWorkspace> HeldAsync(string dependsOn)
    {
        var shop = await Home.LiveAsync(
            $$"""
            [services.db]
            type    = "worker"
            command = "exec sleep 1000"
            health  = { exec = "test -e gate", interval = "100ms" }

            [services.api]
            command    = {{TestWorkspace.Run("serve")}}
            depends_on = {{dependsOn}}
            """,
            Ct);
        await shop.UpAsync(Ct, "--detach");
        return shop;
    }

    private static Task OpenAsync(LiveWorkspace shop) => shop.Files.WriteAsync("gate", "", Ct);
}
