using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>Commands that meet on one workspace while something takes its whole grace.</summary>
public sealed class CrossingCommandTests : GantryTest
{
    private const string Other = "[services.other]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";

    private static readonly string Stubborn = $"[services.api]\ntype = \"worker\"\ncommand = {TestWorkspace.Run("ignore-sigterm")}\nhealth = {{ log = \"ready\" }}\nstop = {{ grace = \"2s\" }}\ndepends_on = [\"db\"]\n\n[services.db]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";

    [Fact]
    public async Task A_stop_whose_services_go_meanwhile_ends_and_locks_nobody_out()
    {
        var shop = await Home.LiveAsync(Other + Stubborn, Ct);
        await shop.UpAsync(Ct);
        using var stop = await shop.StartAsync("stop", "api", "db");
        await shop.UntilStateAsync("api", "stopping", Ct);
        await shop.Files.WriteAsync(Other, Ct);
        await shop.UpAsync(Ct);
        await stop.EndAsync(Ct, TimeSpan.FromSeconds(20));
        await shop.UpAsync(Ct);
        Assert.Equal("other", Assert.Single((await shop.StatusAsync(Ct)).Services).Name);
        await shop.DownAsync(Ct);
    }

    [Fact]
    public async Task A_stop_that_meets_a_down_ends_with_it()
    {
        var shop = await Home.LiveAsync(Other + Stubborn, Ct);
        await shop.UpAsync(Ct);
        using var stop = await shop.StartAsync("stop", "api", "db");
        await shop.UntilStateAsync("api", "stopping", Ct);
        await shop.DownAsync(Ct);
        await stop.EndAsync(Ct, TimeSpan.FromSeconds(20));
        Assert.Empty(Records());
    }

    [Theory]
    [InlineData("stop", "api")]
    [InlineData("restart", "api")]
    [InlineData("start", "api")]
    public async Task What_waited_for_a_down_brings_nothing_back(params string[] late)
    {
        var shop = await Home.LiveAsync(Stubborn, Ct);
        await shop.UpAsync(Ct);
        using var down = await shop.StartAsync("down");
        await shop.UntilStateAsync("api", "stopping", Ct);
        var answer = await shop.RunAsync(Ct, late);
        await down.ShouldEndAsync(0, Ct);
        Assert.DoesNotContain("nobody foresaw", answer.Stderr, StringComparison.Ordinal);
        Assert.Empty(Records());
    }

    [Fact]
    public async Task Down_and_up_and_down_at_once_leave_one_truth()
    {
        var shop = await Home.LiveAsync(Stubborn, Ct);
        await shop.UpAsync(Ct);
        using var first = await shop.StartAsync("down");
        await shop.UntilStateAsync("api", "stopping", Ct);
        using var up = await shop.StartAsync("up", "--timeout", "20s");
        using var second = await shop.StartAsync("down");
        await first.ShouldEndAsync(0, Ct);
        await second.ShouldEndAsync(0, Ct);
        await up.EndAsync(Ct);
        await shop.DownAsync(Ct);
        Assert.Empty(Records());
        Assert.Null(await shop.IdAsync(Ct));
    }

    [Fact]
    public async Task A_service_that_waits_hears_of_what_it_no_longer_waits_for()
    {
        const string never = "[services.db]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\nhealth = { notify = true }\n";
        const string x = "[services.x]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";
        var shop = await Home.LiveAsync($"{never}{x}depends_on = [\"db\"]\n", Ct);
        await shop.DoAsync(Ct, "daemon", "start");
        using var up = await shop.StartAsync("up", "--timeout", "60s");
        await shop.UntilStateAsync("x", "waiting", Ct);
        await shop.Files.WriteAsync($"{never}{x}env = {{ A = \"1\" }}\n", Ct);
        await shop.DoAsync(Ct, "up", "x", "--timeout", "20s");
        await shop.DownAsync(Ct);
        await up.EndAsync(Ct);
    }

    [Theory]
    [InlineData("start", "api")]
    [InlineData("restart", "api")]
    [InlineData("start")]
    [InlineData("up")]
    public async Task What_is_started_while_it_is_being_stopped_runs_again(params string[] late)
    {
        var shop = await Home.LiveAsync(Stubborn, Ct);
        await shop.UpAsync(Ct);
        var first = (await shop.ServiceAsync("api", Ct)).Pid;
        using var stop = await shop.StartAsync("stop", "api");
        await shop.UntilStateAsync("api", "stopping", Ct);
        await shop.DoAsync(Ct, late);
        await stop.ShouldEndAsync(0, Ct);
        await shop.UntilAllReadyAsync(Ct);
        Assert.NotEqual(first, (await shop.ServiceAsync("api", Ct)).Pid);
    }

    [Fact]
    public async Task A_restart_starts_what_it_needs()
    {
        var shop = await Home.LiveAsync(Other + Stubborn, Ct);
        await shop.UpAsync(Ct);
        await shop.DoAsync(Ct, "stop");
        var restart = await shop.DoAsync(Ct, "restart", "api");
        Assert.Contains("db, api are ready", restart.Stdout, StringComparison.Ordinal);
        Assert.Equal("stopped", (await shop.ServiceAsync("other", Ct)).State);
        var again = await shop.DoAsync(Ct, "restart", "api");
        Assert.Contains("\napi is ready", "\n" + again.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain("db", again.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_waits_for_what_somebody_else_stops_is_told_so()
    {
        const string needy = "[services.x]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\ndepends_on = { never = \"healthy\" }\n[services.never]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\nhealth = { log = \"this is not written\" }\n";
        var shop = await Home.LiveAsync(needy, Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilStateAsync("x", "waiting", Ct);
        using var start = await shop.StartAsync("restart", "x");

        // Only once it waits: who restarts after the stop has it started again.
        await Eventually.PassesAsync(async () => Assert.Contains("x: waiting", await start.OutputAsync(Ct), StringComparison.Ordinal), Ct);
        await shop.DoAsync(Ct, "stop", "never");
        Assert.Equal(1, await start.EndAsync(Ct, TimeSpan.FromSeconds(20)));
        var said = await start.OutputAsync(Ct);
        Assert.Contains("never is not ready: it is stopped", said.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("gantry start never", said, StringComparison.Ordinal);
    }

    private IEnumerable<string> Records() => Directory.Exists(Path.Combine(Home.Path, "workspaces")) ? Directory.EnumerateFiles(Path.Combine(Home.Path, "workspaces")) : [];
}
