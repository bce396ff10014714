using System.Text.Json;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Cli;

/// <summary>Every command as a person types it, against a real daemon.</summary>
public sealed class CommandTests : GantryTest
{
    private static readonly string Shop = $"""
        [services.api]
        command = {TestWorkspace.Run("serve")}
        depends_on = ["db"]

        [services.db]
        type = "worker"
        command = "echo up; echo oh >&2; while :; do sleep 1; done"

        [services.migrate]
        type = "task"
        command = "echo migrated"
        """;

    [Fact]
    public async Task Up_waits_until_all_is_ready_and_twice_does_nothing()
    {
        var shop = await Home.WorkspaceAsync(Shop, Ct);
        var up = (await RunAsync(shop, 0, "up")).Stdout;
        Assert.Contains("api: ready in ", up, StringComparison.Ordinal);
        Assert.Contains("migrate: completed in ", up, StringComparison.Ordinal);
        Assert.Matches(@"\nshop is ready in [\d.]+ m?s\n\n", up);
        Assert.Matches(@"api +ready +http://api\.shop\.localhost:\d+  127\.0\.0\.1:\d+ ", up);
        Assert.StartsWith("shop is ready already, nothing to do\n", (await RunAsync(shop, 0, "up")).Stdout, StringComparison.Ordinal);
        var again = (await RunAsync(shop, 0, "up", "--json")).Json();
        Assert.True(again.GetProperty("ready").GetBoolean());
        Assert.Equal(0, again.GetProperty("plan").GetArrayLength());
        Assert.StartsWith("shop: nothing to do", (await RunAsync(shop, 0, "up", "--dry-run")).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_is_the_same_by_the_short_way_and_by_the_long_one()
    {
        var shop = await Home.WorkspaceAsync(Shop, Ct);
        await RunAsync(shop, 0, "up");
        var quick = (await RunAsync(shop, 0, "status", "--json")).Json();
        var whole = (await RunAsync(shop, 0, "--json", "status")).Json();
        Assert.True(JsonElement.DeepEquals(quick, whole), $"{quick}\n{whole}");
        Assert.Equal(["api", "db", "migrate"], Names(quick));
        Assert.Equal((await RunAsync(shop, 0, "status")).Stdout, (await RunAsync(shop, 0, "status", "-q")).Stdout);
        Assert.Equal(["db"], Names((await RunAsync(shop, 0, "status", "db", "--json")).Json()));
        var elsewhere = await Home.Cli.RunAsync(["status", shop.Folder, "--json"], Ct);
        Assert.True(JsonElement.DeepEquals(quick, elsewhere.ShouldExit(0).Json()));
        Assert.Contains("shop ", (await Home.Cli.RunAsync(["status"], Ct)).ShouldExit(0).Stdout, StringComparison.Ordinal);
        var list = (await Home.Cli.RunAsync(["status", "--json"], Ct)).ShouldExit(0).Json();
        Assert.Equal("shop", Assert.Single(list.EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_only_looks_starts_no_daemon()
    {
        var shop = await Home.WorkspaceAsync(Shop, Ct);
        Assert.Equal("no daemon runs; gantry up starts one\n", (await RunAsync(shop, 0, "status")).Stdout);
        Assert.Equal([], Names((await RunAsync(shop, 0, "status", "--json")).Json()));
        Assert.Contains("no daemon runs", (await RunAsync(shop, 1, "why")).Stderr, StringComparison.Ordinal);
        await RunAsync(shop, 1, "logs");
        Assert.Equal(JsonValueKind.Null, (await RunAsync(shop, 0, "doctor", "--json")).Json().GetProperty("daemon").GetProperty("pid").ValueKind);
        Assert.Contains("is not up, nothing to do", (await RunAsync(shop, 0, "down")).Stdout, StringComparison.Ordinal);
        Assert.False((await RunAsync(shop, 0, "daemon", "status", "--json")).Json().GetProperty("running").GetBoolean());
    }

    [Fact]
    public async Task A_service_that_crashes_fails_up_with_the_reason_and_what_runs_on()
    {
        var shop = await Home.WorkspaceAsync("[services.db]\ncommand = \"echo oh >&2; exit 4\"\n[services.api]\ntype = \"worker\"\ncommand = \"sleep 1000\"\n", Ct);
        var up = await RunAsync(shop, 1, "up");
        Assert.Contains("gantry: shop did not become ready", up.Stderr, StringComparison.Ordinal);
        Assert.Matches(@"✘ db is not ready: exited with 4", up.Stderr);
        Assert.Contains("| ", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("oh", up.Stderr, StringComparison.Ordinal);
        Assert.Matches("still running: api", up.Stderr);
        Assert.Contains("db is not ready", (await RunAsync(shop, 0, "why")).Stdout, StringComparison.Ordinal);
        Assert.Equal("db", (await RunAsync(shop, 0, "why", "--json")).Json()[0].GetProperty("service").GetString());
    }

    [Fact]
    public async Task Up_gives_up_when_its_time_is_over_and_takes_nothing_down()
    {
        var shop = await Home.WorkspaceAsync($"[services.slow]\ncommand = {TestWorkspace.Run("serve", "--delay-listen", "30s")}\n", Ct);
        var up = await RunAsync(shop, 1, "up", "--timeout", "500ms");
        Assert.Contains("is not ready after 500 ms", up.Stderr, StringComparison.Ordinal);
        Assert.Equal("running", (await RunAsync(shop, 0, "status", "--json")).Json().GetProperty("services")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_bad_configuration_is_refused_with_every_fault()
    {
        var shop = await Home.WorkspaceAsync("[services.a]\ncomand = \"x\"\nport = \"abc\"\n", Ct);
        foreach (var verb in (string[][])[["up"], ["config", "validate"], ["config", "show"]])
        {
            var refused = await RunAsync(shop, 2, verb);
            Assert.Contains("gantry.toml:2:1: error: ", refused.Stderr, StringComparison.Ordinal);
            Assert.Contains("gantry.toml:3:8: error: ", refused.Stderr, StringComparison.Ordinal);
        }

        Assert.Equal(2, (await RunAsync(shop, 2, "up", "--json")).Json().GetProperty("diagnostics").GetArrayLength());
    }

    [Fact]
    public async Task Services_are_stopped_started_and_restarted_by_name()
    {
        var shop = await Home.WorkspaceAsync(Shop, Ct);
        await RunAsync(shop, 0, "up");
        Assert.Equal("db: stopped\n", (await RunAsync(shop, 0, "stop", "db")).Stdout);
        Assert.Contains("db is not ready: it is stopped", (await RunAsync(shop, 0, "why")).Stdout, StringComparison.Ordinal);
        Assert.Contains("db is ready in ", (await RunAsync(shop, 0, "start", "db")).Stdout, StringComparison.Ordinal);
        var before = await PidOfAsync(shop, "api");
        Assert.Contains("api is ready in ", (await RunAsync(shop, 0, "restart", "api")).Stdout, StringComparison.Ordinal);
        Assert.NotEqual(before, await PidOfAsync(shop, "api"));
        Assert.Contains("has no service ap", (await RunAsync(shop, 2, "restart", "ap")).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_are_read_with_a_daemon_and_without()
    {
        var shop = await Home.WorkspaceAsync(Shop, Ct);
        await RunAsync(shop, 0, "up");
        Assert.Equal("oh\n", (await RunAsync(shop, 0, "logs", "db", "--stream", "stderr", "--no-prefix")).Stdout);
        var line = (await RunAsync(shop, 0, "logs", "migrate", "--stream", "stdout", "--json")).Json();
        Assert.Equal(("migrate", "migrated"), (line.GetProperty("workload").GetString(), line.GetProperty("text").GetString()));
        await RunAsync(shop, 2, "logs", "nope");
        await RunAsync(shop, 0, "down");
        await RunAsync(shop, 0, "daemon", "stop");
        Assert.Equal("migrate | migrated\n", (await RunAsync(shop, 0, "logs", "migrate", "--stream", "stdout")).Stdout);
        await RunAsync(shop, 2, "logs", "nope");
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_following_logs()
    {
        var shop = await Home.WorkspaceAsync("[services.a]\ntype = \"worker\"\ncommand = \"while :; do echo tick; sleep 0.1; done\"\n", Ct);
        await RunAsync(shop, 0, "up");
        var gantry = await Programs.GantryAsync();
        var piped = await new Command("/bin/sh", "-c", $"'{gantry}' logs -f --stream stdout | head -n 2") { Environment = Home.Environment, WorkingDirectory = shop.Folder }.RunAsync(Ct);
        Assert.Equal("a | tick\na | tick\n", piped.ShouldExit(0).Stdout);
        Assert.Equal("", piped.Stderr);
    }

    [Fact]
    public async Task Exec_carries_input_output_and_exit_code()
    {
        var shop = await Home.WorkspaceAsync(Shop, Ct);
        await RunAsync(shop, 0, "up");
        for (var round = 0; round < 10; round++)
        {
            var exec = await RunAsync(shop, 7, "exec", "db", "--", "sh", "-c", "echo out; echo err >&2; pwd; exit 7");
            Assert.Equal(($"out\n{shop.Folder}\n", "err\n"), (exec.Stdout, exec.Stderr));
        }

        var input = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"line {number}\n"));
        var cat = new Command(await Programs.GantryAsync(), "exec", "db", "cat") { Environment = Home.Environment, WorkingDirectory = shop.Folder, Input = input };
        Assert.Equal(input, (await cat.RunAsync(Ct)).ShouldExit(0).Stdout);
        Assert.Equal("there\n", (await RunAsync(shop, 0, "exec", "-e", "HELLO=there", "db", "sh", "-c", "echo $HELLO")).Stdout);
        Assert.Contains("no-such-program", (await RunAsync(shop, 2, "exec", "db", "no-such-program")).Stderr, StringComparison.Ordinal);
        await RunAsync(shop, 2, "exec", "nope", "ls");
        await RunAsync(shop, 1, "exec", "migrate", "ls");
    }

    [Fact]
    public async Task Wait_ends_as_what_it_waits_for()
    {
        var shop = await Home.WorkspaceAsync(
            "[services.a]\ntype = \"task\"\ncommand = \"sleep 0.5; exit 3\"\n[services.b]\ntype = \"worker\"\ncommand = \"sleep 1000\"\n", Ct);
        await RunAsync(shop, 0, "up", "--detach");
        Assert.Equal("a: exited with 3\n", (await RunAsync(shop, 3, "wait", "a", "--for", "exit")).Stdout);
        Assert.StartsWith("b: ready", (await RunAsync(shop, 0, "wait", "b")).Stdout, StringComparison.Ordinal);
        var late = await RunAsync(shop, 1, "wait", "b", "--for", "exit", "--timeout", "100ms", "--json");
        Assert.True(late.Json()[0].GetProperty("timedOut").GetBoolean());
        Assert.Contains("gantry why b", late.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Down_leaves_nothing_and_says_so_when_there_is_nothing()
    {
        var shop = await Home.WorkspaceAsync(Shop, Ct);
        var other = await Home.WorkspaceAsync(Shop, Ct, "other");
        await RunAsync(shop, 0, "up");
        await RunAsync(other, 0, "up");
        Assert.Matches(@"^shop is down \(", (await RunAsync(shop, 0, "down")).Stdout);
        var again = await RunAsync(shop, 0, "down", "--volumes");
        Assert.Contains("nothing to do", again.Stdout, StringComparison.Ordinal);
        Assert.Contains("no named volumes", again.Stderr, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync(shop, 0, "status", "--all", "--json")).Json().GetArrayLength());
        Assert.Matches(@"^other is down \(", (await Home.Cli.RunAsync(["down", "--all"], Ct)).ShouldExit(0).Stdout);
        Assert.Equal("no workspace is up\n", (await Home.Cli.RunAsync(["down", "--all"], Ct)).ShouldExit(0).Stdout);
    }

    [Fact]
    public async Task Open_prints_the_address()
    {
        var shop = await Home.WorkspaceAsync(Shop, Ct);
        await RunAsync(shop, 0, "up");
        Assert.Matches(@"^http://api\.shop\.localhost:\d+\n$", (await RunAsync(shop, 0, "open", "api")).Stdout);
        await RunAsync(shop, 1, "open", "db");
    }

    private static IEnumerable<string?> Names(JsonElement status) => status.GetProperty("services").EnumerateArray().Select(service => service.GetProperty("name").GetString());

    private async Task<int> PidOfAsync(TestWorkspace workspace, string service)
    {
        var status = (await RunAsync(workspace, 0, "status", service, "--json")).Json();
        return status.GetProperty("services")[0].GetProperty("replicas")[0].GetProperty("pid").GetInt32();
    }

    private async Task<CommandResult> RunAsync(TestWorkspace workspace, int exitCode, params string[] arguments) =>
        (await Home.Cli.RunAsync(arguments, Ct, workspace.Folder)).ShouldExit(exitCode);
}
