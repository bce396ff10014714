using System.Globalization;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>A service that ends badly, each time.</summary>
public sealed class CrashLoopTests : GantryTest
{
    /// <summary>What a start may take beside the wait, on a machine that is busy with other tests.</summary>
    private static readonly TimeSpan LatestStart = TimeSpan.FromSeconds(10);

    private static string Toml(string broken) =>
        $$"""
        [services.broken]
        {{broken}}

        [services.neighbour]
        command = {{TestWorkspace.Run("serve")}}
        health  = { http = "/health" }

        [services.waiting]
        type       = "worker"
        command    = ["sleep", "3600"]
        depends_on = { broken = "healthy" }
        """;

    private static string Crashing =>
        $$"""
        command = {{TestWorkspace.Run("crash-loop", "--after", "50ms")}}
        restart = { policy = "on-failure", backoff = "200ms..800ms", max_attempts = 3 }
        """;

    [Fact]
    public async Task It_is_started_again_after_growing_waits_and_given_up_with_its_last_words_while_the_rest_runs()
    {
        var workspace = await Home.LiveAsync(Toml(Crashing), Ct);
        var up = (await workspace.RunAsync(Ct, "up")).ShouldExit(1);
        Assert.Contains("broken", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("exited with 3", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("the flux capacitor is not charged", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("next:", up.Stderr, StringComparison.Ordinal);

        var broken = await workspace.UntilStateAsync("broken", "failed", Ct);
        var replica = Assert.Single(broken.Replicas);
        Assert.Equal((3, 3), (replica.Restarts, replica.Exit));
        Assert.False(broken.Ready);
        var status = await workspace.StatusAsync(Ct);
        Assert.Equal("waiting", status["waiting"].State);
        Assert.Equal(status["neighbour"].Pid, (await workspace.AskAsync("neighbour", "/", Ct)).Number("pid"));
        Assert.Contains("because of broken", (await workspace.DoAsync(Ct, "why", "waiting")).Stdout, StringComparison.Ordinal);

        var waits = Waits(await TimesAsync(workspace, "started as"), await TimesAsync(workspace, "fatal:"));
        Assert.Equal(3, waits.Count);
        TimeSpan[] least = [TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(800)];
        Assert.All(waits.Zip(least), pair => Assert.InRange(pair.First, pair.Second, pair.Second + LatestStart));
    }

    [Fact]
    public async Task Once_mended_an_up_starts_what_failed_and_what_waited_and_nothing_else()
    {
        var workspace = await Home.LiveAsync(Toml(Crashing), Ct);
        (await workspace.RunAsync(Ct, "up")).ShouldExit(1);
        await workspace.UntilStateAsync("broken", "failed", Ct);
        var before = await workspace.StatusAsync(Ct);
        await workspace.Files.WriteAsync(Toml($$"""command = {{TestWorkspace.Run("serve")}}""").Replace("\"healthy\"", "\"started\"", StringComparison.Ordinal), Ct);
        await workspace.UpAsync(Ct);
        Assert.Equal(before["neighbour"].Pid, (await workspace.ServiceAsync("neighbour", Ct)).Pid);
        await workspace.UntilAllReadyAsync(Ct);
    }

    [Fact]
    public async Task Its_address_refuses_once_it_is_given_up()
    {
        var workspace = await Home.LiveAsync(Toml(Crashing), Ct);
        (await workspace.RunAsync(Ct, "up")).ShouldExit(1);
        await workspace.UntilStateAsync("broken", "failed", Ct);
        await Assert.ThrowsAsync<HttpRequestException>(() => workspace.AskAsync("broken", "/", Ct));
    }

    [Fact]
    public async Task A_daemon_that_is_killed_in_the_middle_goes_on_with_the_loop()
    {
        var workspace = await Home.LiveAsync(Toml(Crashing.Replace("max_attempts = 3", "max_attempts = 6", StringComparison.Ordinal)), Ct);
        await workspace.DoAsync(Ct, "up", "--detach");
        await workspace.UntilAsync("broken", broken => broken.Replicas[0].Restarts >= 1, Ct);
        (await Home.Processes.DaemonAsync(Ct)).Kill();
        await Home.Cli.RunAsync(["daemon", "start"], Ct);
        var broken = await workspace.UntilStateAsync("broken", "failed", Ct);
        Assert.Contains("exited with 3", broken.Reason, StringComparison.Ordinal);
    }

    private static List<TimeSpan> Waits(List<DateTimeOffset> starts, List<DateTimeOffset> ends) => [.. starts.Skip(1).Zip(ends, (start, end) => start - end)];

    private static async Task<List<DateTimeOffset>> TimesAsync(LiveWorkspace workspace, string text) =>
    [
        .. LiveWorkspace.Lines((await workspace.DoAsync(Ct, "logs", "broken", "--json")).Stdout)
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("text").GetString()!.StartsWith(text, StringComparison.Ordinal))
            .Select(line => DateTimeOffset.Parse(line.GetProperty("time").GetString()!, CultureInfo.InvariantCulture)),
    ];
}
