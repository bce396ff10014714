using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Configuration;

/// <summary>A secret reaches the program, and nobody else.</summary>
public sealed class SecretTests : GantryTest
{
    private const string Value = "hunter2-0123456789";

    [Theory]
    [InlineData("{ env = \"DB_PASSWORD\" }")]
    [InlineData("{ file = \"password.txt\" }")]
    [InlineData("{ command = [\"cat\", \"password.txt\"] }")]
    [InlineData("{ command = \"cat password.txt | head -n 1\" }")]
    public async Task It_reaches_the_program_from_wherever_it_is_kept(string source)
    {
        var shop = await UpAsync(source);
        var answer = await shop.AskAsync("api", "/env", Ct);
        Assert.Equal($"Password={Value};", answer.Text("DATABASE"));
    }

    [Fact]
    public async Task It_is_in_no_listing_answer_message_or_log()
    {
        var shop = await UpAsync("{ file = \"password.txt\" }");
        var ps = await new Command("ps", "axww", "-o", "args").RunAsync(Ct);
        Assert.DoesNotContain(Value, ps.Stdout, StringComparison.Ordinal);
        var id = await shop.IdAsync(Ct);
        foreach (var path in (string[])["/api/workspaces", $"/api/workspaces/{id}", $"/api/workspaces/{id}/services/api", $"/api/workspaces/{id}/services/api/why", "/api/doctor"])
        {
            Assert.DoesNotContain(Value, (await Home.Client.GetAsync(path, Ct)).ToString(), StringComparison.Ordinal);
        }

        foreach (var line in (string[][])[["config", "show"], ["config", "show", "--provenance"], ["config", "show", "--json"], ["status", "--json"], ["why"], ["doctor"], ["doctor", "--json"], ["up", "--dry-run", "--json"], ["daemon", "logs"], ["logs"]])
        {
            var said = await shop.RunAsync(Ct, line);
            Assert.DoesNotContain(Value, said.Stdout + said.Stderr, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Value, await File.ReadAllTextAsync(Home.File("daemon.log"), Ct), StringComparison.Ordinal);
        Assert.DoesNotContain(Value, await File.ReadAllTextAsync(Home.File("guardian.log"), Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_changed_restarts_who_reads_it_and_the_plan_does_not_tell_it()
    {
        var shop = await UpAsync("{ file = \"password.txt\" }");
        var before = (await shop.StatusAsync(Ct)).Pids;
        await shop.Files.WriteAsync("password.txt", "another-" + Value, Ct);
        Assert.DoesNotContain(Value, (await shop.DoAsync(Ct, "up", "--dry-run")).Stdout, StringComparison.Ordinal);
        await shop.UpAsync(Ct);
        var after = (await shop.StatusAsync(Ct)).Pids;
        Assert.NotEqual(before["api"], after["api"]);
        Assert.Equal(before["other"], after["other"]);
    }

    [Fact]
    public async Task One_that_cannot_be_read_is_a_fault_that_names_it()
    {
        var shop = await Home.LiveAsync("[secrets]\np = { env = \"NO_SUCH_SECRET\" }\nq = { command = \"echo sorry >&2; exit 3\" }\n[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\nenv = { A = \"${secret.p}\" }\n", Ct);
        Assert.Contains("NO_SUCH_SECRET", (await shop.RunAsync(Ct, "up")).ShouldExit(2).Stderr, StringComparison.Ordinal);
        await shop.Files.WriteAsync((await File.ReadAllTextAsync(Path.Combine(shop.Folder, "gantry.toml"), Ct)).Replace("secret.p", "secret.q", StringComparison.Ordinal), Ct);
        var failed = (await shop.RunAsync(Ct, "up")).ShouldExit(2);
        Assert.Matches(@"gantry\.toml:3:\d+: error: ", failed.Stderr);
    }

    [Fact]
    public async Task It_is_refused_where_everybody_could_read_it()
    {
        var shop = await Home.LiveAsync("[secrets]\np = { file = \"password.txt\" }\n[services.a]\ntype = \"worker\"\ncommand = [\"echo\", \"${secret.p}\"]\n", Ct);
        await shop.Files.WriteAsync("password.txt", Value, Ct);
        var refused = (await shop.RunAsync(Ct, "up")).ShouldExit(2);
        Assert.Matches(@"gantry\.toml:5:\d+: error: ", refused.Stderr);
        Assert.DoesNotContain(Value, refused.Stdout + refused.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_prints_it_does_not_outlive_a_daemon_that_is_killed()
    {
        var shop = await Home.LiveAsync($$"""
            [secrets]
            p = { command = {{TestWorkspace.Run("hold", Home.Marker)}} }
            [services.a]
            type    = "worker"
            command = "exec sleep 1000"
            env     = { A = "${secret.p}" }
            """, Ct);
        await Home.Cli.RunAsync(["daemon", "start"], Ct);
        var daemon = await Home.Processes.DaemonAsync(Ct);
        using var up = await shop.StartAsync("up");
        await Home.Processes.UntilMarkedAsync(1, Ct);
        var command = Assert.Single(await Home.Processes.MarkedAsync());
        Assert.True(command.HasVariable($"GANTRY_INSTANCE={await File.ReadAllTextAsync(Home.File("id"), Ct)}/secret"), command.Environment);
        daemon.Kill();
        await HomeProcesses.GoneAsync([command], HomeProcesses.EndsWithin, Ct);
        Assert.NotEqual(0, await up.EndAsync(Ct));
        await Home.Cli.RunAsync(["daemon", "start"], Ct);
    }

    private async Task<LiveWorkspace> UpAsync(string source)
    {
        Home.Environment["DB_PASSWORD"] = source.Contains("env", StringComparison.Ordinal) ? Value : null;
        var shop = await Home.LiveAsync(
            $$"""
            [secrets]
            db_password = {{source}}
            [services.api]
            command = {{TestWorkspace.Run("serve")}}
            env     = { DATABASE = "Password=${secret.db_password};" }
            [services.other]
            type    = "worker"
            command = "exec sleep 1000"
            """,
            Ct);
        await shop.Files.WriteAsync("password.txt", Value + "\n", Ct);
        await shop.UpAsync(Ct);
        return shop;
    }
}
