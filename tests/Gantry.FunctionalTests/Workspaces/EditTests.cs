using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>A running workspace whose file is edited: <c>up</c> restarts exactly what changed.</summary>
public sealed class EditTests : GantryTest
{
    private static readonly int DatabasePort = FreePort.Find();
    private static readonly int OtherPort = FreePort.Find();

    private static readonly string Shop = $$"""
        [workspace]
        name = "shop"

        [services.db]
        command = {{TestWorkspace.Run("serve", "--name", "db")}}
        port    = {{DatabasePort}}
        health  = { http = "/health" }

        [services.api]
        command    = {{TestWorkspace.Run("serve", "--name", "api")}}
        depends_on = { db = "healthy" }
        env        = { DATABASE = "${services.db.url}", LEVEL = "info" }
        env_file   = "api.env"

        [services.worker]
        type    = "worker"
        command = "exec sleep 1000"
        """;

    /// <summary>What stands in the file, what takes its place, and which services have other pids afterwards.</summary>
    public static TheoryData<string, string, string, string> Edits => new()
    {
        { "a comment", "[services.db]", "# the database\n[services.db]", "" },
        { "an order of services that is another", "[services.worker]\ntype    = \"worker\"\ncommand = \"exec sleep 1000\"", "[services.worker]\ncommand = \"exec sleep 1000\"\ntype    = \"worker\"", "" },
        { "a variable", "LEVEL = \"info\"", "LEVEL = \"debug\"", "api" },
        { "a default spelt out", "port    = ", "stop    = { signal = \"SIGTERM\", grace = \"10s\" }\nport    = ", "" },
        { "a dependency's command", "\"--name\", \"db\"", "\"--name\", \"db2\"", "db" },
        { "a shell command", "exec sleep 1000", "exec sleep 2000", "worker" },
        { "a variable of all", "[services.db]", "[env]\nSHARED = \"1\"\n[services.db]", "api db worker" },
        { "the address of a dependency, which is injected", $"port    = {DatabasePort}", $"port    = {OtherPort}", "api" },
        { "another service", "[services.worker]", "[services.more]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n[services.worker]", "" },
        { "a dependency more, whose address is injected", "[services.worker]\n", "[services.worker]\ndepends_on = [\"api\"]\n", "worker" },
        { "one working folder", "type    = \"worker\"", "type    = \"worker\"\nworkdir = \"/\"", "worker" },
    };

    [Fact]
    public async Task What_changes_about_the_workspace_itself_is_told_before_and_when_it_is_done()
    {
        const string route = "\n[[proxy.routes]]\npath = \"/api/*\"\nservice = \"api\"\n";
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.Files.WriteAsync("api.env", "MODE=one\n", Ct);
        await shop.UpAsync(Ct);
        await shop.Files.WriteAsync(Shop.Replace("name = \"shop\"", "name = \"store\"", StringComparison.Ordinal) + route, Ct);
        string[] changes = ["name shop -> store", "domain shop.localhost -> store.localhost", "route /api/* to api added"];
        var dry = await shop.UpAsync(Ct, "--dry-run");
        var up = await shop.UpAsync(Ct);
        Assert.All(changes, change => Assert.Contains($"update  (workspace)  {change}\n", dry.Stdout, StringComparison.Ordinal));
        Assert.All(changes, change => Assert.Contains($"store: {change}\n", up.Stdout, StringComparison.Ordinal));
        Assert.DoesNotContain("nothing to do", dry.Stdout + up.Stdout, StringComparison.Ordinal);
        Assert.Contains("nothing to do", (await shop.UpAsync(Ct)).Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public async Task It_restarts_what_changed_and_nothing_else(string what, string before, string after, string restarted)
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.Files.WriteAsync("api.env", "MODE=one\n", Ct);
        await shop.UpAsync(Ct);
        var first = (await shop.StatusAsync(Ct)).Pids;
        Assert.Contains(before, Shop, StringComparison.Ordinal);
        await shop.Files.WriteAsync(Shop.Replace(before, after, StringComparison.Ordinal), Ct);
        await shop.UpAsync(Ct);
        Assert.Equal(restarted, Changed(first, (await shop.StatusAsync(Ct)).Pids));
        Assert.NotEmpty(what);
        await shop.UntilAllReadyAsync(Ct);
    }

    [Fact]
    public async Task Twice_does_nothing_and_says_so()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.Files.WriteAsync("api.env", "MODE=one\n", Ct);
        await shop.UpAsync(Ct);
        var first = (await shop.StatusAsync(Ct)).Pids;
        for (var round = 0; round < 3; round++)
        {
            Assert.Contains("nothing to do", (await shop.UpAsync(Ct)).Stdout, StringComparison.Ordinal);
        }

        Assert.Equal(first, (await shop.StatusAsync(Ct)).Pids);
    }

    [Fact]
    public async Task A_changed_file_of_variables_restarts_who_reads_it()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.Files.WriteAsync("api.env", "MODE=one\n", Ct);
        await shop.UpAsync(Ct);
        var first = (await shop.StatusAsync(Ct)).Pids;
        await shop.Files.WriteAsync("api.env", "MODE=two\n", Ct);
        await shop.UpAsync(Ct);
        Assert.Equal("api", Changed(first, (await shop.StatusAsync(Ct)).Pids));
        Assert.Equal("two", (await shop.AskAsync("api", "/env", Ct)).Text("MODE"));
    }

    [Fact]
    public async Task A_service_that_left_the_file_ends_and_the_others_stay()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.Files.WriteAsync("api.env", "", Ct);
        await shop.UpAsync(Ct);
        var before = await shop.StatusAsync(Ct);
        var worker = HostProcess.Find(before["worker"].Pid)!;
        await shop.Files.WriteAsync(Shop[..Shop.IndexOf("[services.worker]", StringComparison.Ordinal)], Ct);
        await shop.UpAsync(Ct);
        var after = await shop.StatusAsync(Ct);
        Assert.False(worker.IsAlive());
        Assert.Equal(["db", "api"], after.Services.Select(service => service.Name).OrderDescending());
        Assert.Equal("", Changed(before.Pids, after.Pids));
    }

    [Fact]
    public async Task The_plan_names_each_change_with_its_cause_and_does_nothing()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.Files.WriteAsync("api.env", "", Ct);
        await shop.UpAsync(Ct);
        var first = (await shop.StatusAsync(Ct)).Pids;
        await shop.Files.WriteAsync(Shop.Replace("LEVEL = \"info\"", "LEVEL = \"debug\"", StringComparison.Ordinal), Ct);
        var plan = (await shop.DoAsync(Ct, "up", "--dry-run")).Stdout;
        Assert.Matches("(?m)^.*api.*LEVEL", plan);
        Assert.DoesNotContain("worker", plan, StringComparison.Ordinal);
        Assert.Equal(first, (await shop.StatusAsync(Ct)).Pids);
    }

    [Fact]
    public async Task A_health_test_that_was_added_is_waited_for()
    {
        const string Worker = "[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";
        var shop = await Home.LiveAsync(Worker, Ct);
        await shop.UpAsync(Ct);
        var pid = (await shop.StatusAsync(Ct))["a"].Pid;
        await shop.Files.WriteAsync(Worker + "health = { exec = \"test -e sound\", interval = \"100ms\" }\n", Ct);
        var up = (await shop.RunAsync(Ct, "up", "--timeout", "2s")).ShouldExit(1);
        Assert.DoesNotContain("ready already", up.Stdout, StringComparison.Ordinal);
        await shop.Files.WriteAsync("sound", "", Ct);
        await shop.UpAsync(Ct);
        Assert.Equal(pid, (await shop.StatusAsync(Ct))["a"].Pid);
    }

    [Fact]
    public async Task Up_from_a_terminal_with_another_environment_restarts_nothing()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.Files.WriteAsync("api.env", "", Ct);
        await shop.UpAsync(Ct);
        var first = (await shop.StatusAsync(Ct)).Pids;
        Home.Environment["SOME_TERMINAL_VARIABLE"] = "another";
        await shop.UpAsync(Ct);
        Assert.Equal(first, (await shop.StatusAsync(Ct)).Pids);
    }

    private static string Changed(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
        string.Join(' ', before.Where(pair => after.TryGetValue(pair.Key, out var now) && now != pair.Value).Select(pair => pair.Key).Order(StringComparer.Ordinal));
}
