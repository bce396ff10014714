using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary><c>gantry down</c> leaves nothing, whatever state the workspace is in: no process, file, socket, control group or open port.</summary>
public sealed class DownTests : GantryTest
{
    private static readonly string Stubborn = TestWorkspace.Run("ignore-sigterm");

    /// <summary>A program that is found, starts, and then stands in the state that is asked for.</summary>
    private static string Service(string state) => state switch
    {
        "waiting" => $$"""
            command    = {{TestWorkspace.Run("serve")}}
            depends_on = { slow = "healthy" }

            [services.slow]
            command = {{TestWorkspace.Run("serve", "--health-after", "10m")}}
            health  = { http = "/health" }
            """,
        "running, not ready" => $$"""
            command = {{TestWorkspace.Run("serve", "--health-after", "10m")}}
            health  = { http = "/health" }
            """,
        "running, not notified" => $$"""
            type    = "worker"
            command = {{TestWorkspace.Run("notify", "--delay", "10m")}}
            health  = { notify = true }
            """,
        "running, unhealthy" => $$"""
            command = {{TestWorkspace.Run("serve", "--unhealthy-after", "500ms")}}
            health  = { http = "/health", interval = "100ms", retries = 1 }
            """,
        "running" => $$"""
            command  = {{TestWorkspace.Run("serve")}}
            replicas = 3
            """,
        "backingOff" => $$"""
            type    = "worker"
            command = {{TestWorkspace.Run("crash-loop", "--after", "0ms")}}
            restart = { policy = "on-failure", backoff = "10m", max_attempts = 5 }
            """,
        "failed" => $$"""
            type    = "worker"
            command = {{TestWorkspace.Run("exit", "3")}}
            restart = "never"
            """,
        "failed, never started" => """
            type    = "worker"
            command = ["/nowhere/at-all"]
            restart = "never"
            """,
        "completed" => $$"""
            type    = "task"
            command = {{TestWorkspace.Run("exit", "0")}}
            """,
        "completed, leaving a descendant" => """
            type    = "task"
            command = ["sh", "-c", "setsid sleep 3600 & exit 0"]
            """,
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    [Theory]
    [InlineData("waiting")]
    [InlineData("running, not ready")]
    [InlineData("running, not notified")]
    [InlineData("running, unhealthy")]
    [InlineData("running")]
    [InlineData("backingOff")]
    [InlineData("failed")]
    [InlineData("failed, never started")]
    [InlineData("completed")]
    [InlineData("completed, leaving a descendant")]
    public async Task Of_a_service_that_is(string state)
    {
        var workspace = await Home.LiveAsync("[services.it]\n" + Service(state), Ct);
        await workspace.RunAsync(Ct, "up", "--detach");
        await workspace.UntilAsync("it", it => it.State == state.Split(',')[0] && (!state.EndsWith("unhealthy", StringComparison.Ordinal) || it.Health == "unhealthy"), Ct);
        await DownAsync(workspace);
    }

    [Fact]
    public async Task Of_services_that_are_being_started()
    {
        var workspace = await Home.LiveAsync($"[services.first]\ntype = \"worker\"\ncommand = [\"sleep\", \"3600\"]\n[services.it]\n{Service("running")}", Ct);
        await workspace.UpAsync(Ct, "first");
        // A guardian that does not answer for a while keeps a start in its middle.
        var guardian = await Home.Processes.GuardianAsync(Ct);
        await Signal.SendAsync("STOP", guardian.Pid, Ct);
        await workspace.RunAsync(Ct, "up", "--detach");
        await workspace.UntilStateAsync("it", "starting", Ct);
        using var down = await workspace.StartAsync("down");
        await workspace.UntilAsync("it", it => it.State != "starting" || !down.HasExited, Ct);
        await Signal.SendAsync("CONT", guardian.Pid, Ct);
        await down.ShouldEndAsync(0, Ct);
        await NothingIsLeftAsync(workspace, []);
    }

    [Fact]
    public async Task Of_services_that_are_stopping_already()
    {
        var workspace = await Home.LiveAsync($"[services.it]\ntype = \"worker\"\ncommand = {Stubborn}\nstop = {{ grace = \"2s\" }}\nhealth = {{ log = \"ready\" }}", Ct);
        await workspace.UpAsync(Ct);
        using var stop = await workspace.StartAsync("stop", "it");
        await workspace.UntilStateAsync("it", "stopping", Ct);
        await DownAsync(workspace);
        await stop.EndAsync(Ct);
    }

    [Fact]
    public async Task Of_services_that_are_restarting()
    {
        var workspace = await Home.LiveAsync($"[services.it]\ntype = \"worker\"\ncommand = {Stubborn}\nstop = {{ grace = \"1s\" }}\nhealth = {{ log = \"ready\" }}", Ct);
        await workspace.UpAsync(Ct);
        using var restart = await workspace.StartAsync("restart", "it");
        await workspace.UntilStateAsync("it", "stopping", Ct);
        await DownAsync(workspace);
        Assert.NotEqual(0, await restart.EndAsync(Ct));
    }

    [Fact]
    public async Task Of_services_that_were_stopped()
    {
        var workspace = await Home.LiveAsync("[services.it]\n" + Service("running"), Ct);
        await workspace.UpAsync(Ct);
        await workspace.DoAsync(Ct, "stop");
        await DownAsync(workspace);
    }

    [Fact]
    public async Task Of_an_up_that_goes_on_and_that_is_told()
    {
        var workspace = await Home.LiveAsync("[services.it]\n" + Service("waiting"), Ct);
        using var up = await workspace.StartAsync("up");
        await Eventually.IsTrueAsync(async () => (await Home.Processes.WorkloadsAsync()).Count > 0, "something is started", Ct);
        await DownAsync(workspace);
        Assert.Equal(1, await up.EndAsync(Ct));
        Assert.DoesNotContain("   at ", await up.OutputAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_commands_that_were_executed_in_a_service()
    {
        var workspace = await Home.LiveAsync("[services.it]\n" + Service("running"), Ct);
        await workspace.UpAsync(Ct);
        using var exec = await workspace.StartAsync("exec", "it", "--", Programs.TestApp, "hold", Home.Marker, "--ignore-sigterm");
        await Home.Processes.UntilMarkedAsync(1, Ct);
        await DownAsync(workspace);
        Assert.NotEqual(0, await exec.EndAsync(Ct));
    }

    [Theory]
    [InlineData("[services.it]\ncomand = 1\n[services")]
    [InlineData("")]
    [InlineData("[services.other]\ntype = \"worker\"\ncommand = [\"true\"]\n")]
    public async Task Whatever_its_file_has_become(string toml)
    {
        var workspace = await Home.LiveAsync("[services.it]\n" + Service("running"), Ct);
        await workspace.UpAsync(Ct);
        await workspace.Files.WriteAsync(toml, Ct);
        await DownAsync(workspace);
    }

    [Fact]
    public async Task Even_when_its_folder_has_gone()
    {
        var workspace = await Home.LiveAsync("[services.it]\n" + Service("running"), Ct);
        await workspace.UpAsync(Ct);
        var ports = await PortsAsync(workspace);
        Directory.Delete(workspace.Folder, recursive: true);
        (await Home.Cli.RunAsync(["down", workspace.Folder], Ct)).ShouldExit(0);
        await NothingIsLeftAsync(workspace, ports);
    }

    [Fact]
    public async Task Twice_at_once_and_once_more()
    {
        var workspace = await Home.LiveAsync("[services.it]\n" + Service("running"), Ct);
        await workspace.UpAsync(Ct);
        var both = await Task.WhenAll(workspace.RunAsync(Ct, "down"), workspace.RunAsync(Ct, "down"));
        Assert.All(both, down => down.ShouldExit(0));
        await DownAsync(workspace);
    }

    private async Task DownAsync(LiveWorkspace workspace)
    {
        var ports = await PortsAsync(workspace);
        await workspace.DownAsync(Ct);
        await NothingIsLeftAsync(workspace, ports);
    }

    private static async Task<IReadOnlyList<int>> PortsAsync(LiveWorkspace workspace) =>
        [.. (await workspace.LookAsync(Ct))?.Services.Select(service => service.Port).OfType<int>() ?? []];

    /// <summary>At once: <c>down</c> returns when all of it is gone.</summary>
    private async Task NothingIsLeftAsync(LiveWorkspace workspace, IReadOnlyList<int> ports)
    {
        Assert.Null(await workspace.IdAsync(Ct));
        Assert.Empty(await Home.Processes.WorkloadsAsync());
        Assert.Empty(ListeningPorts.All().Intersect(ports));
        Assert.DoesNotContain(Home.Survivors.Find(), left => left.StartsWith("file: ", StringComparison.Ordinal) && left is not ("file: gantry.sock" or "file: guardian.sock"));
        Assert.Empty(Home.Survivors.ControlGroups().SelectMany(Directory.EnumerateDirectories));
    }
}
