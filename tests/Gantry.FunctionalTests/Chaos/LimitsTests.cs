using System.Text.RegularExpressions;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>Services that take more than they may have.</summary>
[Collection(Timed.Name)]
public sealed partial class LimitsTests : GantryTest
{
    private const int MostTasks = 60;

    private static string Neighbour =>
        $$"""

        [services.neighbour]
        command = {{TestWorkspace.Run("serve")}}
        health  = { http = "/health" }

        """;

    [Fact]
    public async Task A_fork_bomb_hits_its_limit_of_tasks_and_the_neighbour_answers()
    {
        Needs.ControlGroups();
        var workspace = await Home.LiveAsync(
            $$"""
            [services.bomb]
            type    = "worker"
            command = {{TestWorkspace.Run("fork-bomb", "--max", "2000")}}
            health  = { log = "^started " }
            limits  = { pids = {{MostTasks}} }
            stop    = { grace = "1s" }
            {{Neighbour}}
            """,
            Ct);
        await workspace.UpAsync(Ct);
        var said = Assert.Single(await workspace.OutputAsync("bomb", Ct));
        var started = int.Parse(Started().Match(said).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(started, 1, MostTasks);
        Assert.Equal(200, (await workspace.AskAsync("neighbour", "/", Ct)).Status);
        await workspace.DownAsync(Ct);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task Hundreds_of_processes_end_with_their_service(string controlGroups)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        var workspace = await Home.LiveAsync(
            $$"""
            [services.bomb]
            type    = "worker"
            command = {{TestWorkspace.Run("fork-bomb", "--max", "300")}}
            health  = { log = "^started 300 of 300" }
            {{Neighbour}}
            """,
            Ct);
        await workspace.UpAsync(Ct);
        Assert.True((await Home.Processes.WorkloadsAsync()).Count > 300);
        var neighbour = await workspace.ServiceAsync("neighbour", Ct);
        await workspace.DoAsync(Ct, "stop", "bomb");
        Assert.Equal(neighbour.Pid, Assert.Single(await Home.Processes.WorkloadsAsync()).Pid);
    }

    [Fact]
    public async Task More_memory_than_allowed_is_told_as_out_of_memory_and_the_neighbour_answers()
    {
        Needs.ControlGroups();
        var workspace = await Home.LiveAsync(
            $$"""
            [services.greedy]
            type    = "worker"
            command = {{TestWorkspace.Run("memory", "--bytes", "512MiB")}}
            health  = { log = "holding 536870912 bytes" }
            limits  = { memory = "128MiB" }
            restart = "never"
            {{Neighbour}}
            """,
            Ct);
        var up = (await workspace.RunAsync(Ct, "up")).ShouldExit(1);
        Assert.Matches(OutOfMemory(), up.Stderr);
        var greedy = await workspace.ServiceAsync("greedy", Ct);
        Assert.Equal("failed", greedy.State);
        Assert.Matches(OutOfMemory(), greedy.Reason);
        var why = await workspace.WhyAsync("greedy", Ct);
        Assert.Contains("out-of-memory", why.GetProperty("chain").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("limits", why.GetProperty("chain").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(200, (await workspace.AskAsync("neighbour", "/", Ct)).Status);
        Assert.Empty(await Home.Processes.MarkedAsync());
    }

    [Fact]
    public async Task An_adopted_service_keeps_its_limit_and_the_reason_of_its_end()
    {
        Needs.ControlGroups();
        var workspace = await Home.LiveAsync(
            $$"""
            [services.greedy]
            command = ["sh", "-c", "while [ ! -e go ]; do sleep 0.1; done; exec \"$0\" memory --bytes 512MiB", {{TestWorkspace.Run().Trim('[', ']')}}]
            type    = "worker"
            limits  = { memory = "128MiB" }
            restart = "never"
            """,
            Ct);
        await workspace.UpAsync(Ct);
        (await Home.Processes.DaemonAsync(Ct)).Kill();
        await workspace.Files.WriteAsync("go", "", Ct);
        var pid = Assert.Single(await Home.Processes.WorkloadsAsync(), process => process.CommandLine.StartsWith("sh -c", StringComparison.Ordinal) || process.CommandLine.Contains(" memory ", StringComparison.Ordinal));
        await HomeProcesses.GoneAsync([pid], Eventually.Deadline, Ct);
        await Home.Cli.RunAsync(["daemon", "start"], Ct);
        var greedy = await workspace.UntilStateAsync("greedy", "failed", Ct);
        Assert.Matches(OutOfMemory(), greedy.Reason);
    }

    /// <summary>The issue, item 5: a limit that the host cannot enforce is a configuration error, not a wish.</summary>
    [Theory]
    [InlineData("memory = \"64MiB\"")]
    [InlineData("cpus = 0.5")]
    [InlineData("pids = 10")]
    public async Task A_limit_that_the_host_cannot_enforce_starts_nothing(string limit)
    {
        Home.Environment["GANTRY_CGROUPS"] = "off";
        var workspace = await Home.LiveAsync(
            $$"""
            [services.other]
            type    = "worker"
            command = ["sleep", "3600"]

            [services.limited]
            type    = "worker"
            command = ["sleep", "3600"]
            limits  = { {{limit}} }
            """,
            Ct);
        var up = (await workspace.RunAsync(Ct, "up")).ShouldExit(2);
        Assert.Matches(@"gantry\.toml:8:\d+: error: ", up.Stderr);
        Assert.Contains(limit.Split(' ')[0], up.Stderr, StringComparison.Ordinal);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
    }

    [GeneratedRegex("^started ([0-9]+) of 2000$")]
    private static partial Regex Started();

    [GeneratedRegex("out of memory|memory limit", RegexOptions.IgnoreCase)]
    private static partial Regex OutOfMemory();
}
