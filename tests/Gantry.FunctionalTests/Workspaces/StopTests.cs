using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>By signal, after grace by force, and always the whole family.</summary>
public sealed class StopTests : GantryTest
{
    private const string Listener = "trap 'echo got INT; exit 0' INT; trap 'echo got TERM; exit 0' TERM; trap 'echo got USR1; exit 0' USR1; echo here; while :; do sleep 0.05; done";

    [Theory]
    [InlineData("", "TERM")]
    [InlineData("stop = { signal = \"SIGINT\" }", "INT")]
    [InlineData("stop = { signal = \"USR1\" }", "USR1")]
    public async Task It_begins_with_the_signal_that_the_file_says(string stop, string signal)
    {
        var shop = await Home.LiveAsync($"[services.a]\ntype = \"worker\"\ncommand = \"{Listener}\"\nhealth = {{ log = \"here\" }}\n{stop}\n", Ct);
        await shop.UpAsync(Ct);
        await shop.DoAsync(Ct, "stop", "a");
        Assert.Equal("stopped", (await shop.ServiceAsync("a", Ct)).State);
        Assert.Equal(["here", $"got {signal}"], await shop.OutputAsync("a", Ct));
    }

    [Fact]
    public async Task It_waits_for_a_program_that_needs_its_time()
    {
        var shop = await Home.LiveAsync($"[services.a]\ntype = \"worker\"\ncommand = {TestWorkspace.Run("graceful", "--took", "1500ms")}\nhealth = {{ log = \"ready\" }}\n", Ct);
        await shop.UpAsync(Ct);
        var stop = await shop.DoAsync(Ct, "stop", "a");
        Assert.True(stop.Duration > TimeSpan.FromMilliseconds(1400), $"it returned after {stop.Duration}");
        Assert.Equal(["ready", "stopping", "stopped"], await shop.OutputAsync("a", Ct));
        Assert.Equal(0, (await shop.ServiceAsync("a", Ct)).Replicas[0].Exit);
    }

    [Fact]
    public async Task After_the_grace_it_kills()
    {
        var shop = await Home.LiveAsync(
            $$"""
            [services.a]
            type    = "worker"
            command = {{TestWorkspace.Run("ignore-sigterm")}}
            health  = { log = "ready" }
            stop    = { grace = "1s" }
            """,
            Ct);
        await shop.UpAsync(Ct);
        var process = HostProcess.Find((await shop.ServiceAsync("a", Ct)).Pid)!;
        var stop = await shop.DoAsync(Ct, "stop", "a");
        Assert.False(process.IsAlive());
        Assert.InRange(stop.Duration, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8));
        Assert.Contains("ignored SIGTERM", await shop.OutputAsync("a", Ct));
        Assert.Equal("stopped", (await shop.ServiceAsync("a", Ct)).State);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("off")]
    public async Task It_ends_children_grandchildren_and_those_that_left_their_session(string controlGroups)
    {
        Home.Environment["GANTRY_CGROUPS"] = controlGroups;
        var hold = $"'{Programs.TestApp}' hold '{Home.Marker}'";
        var shop = await Home.LiveAsync(
            $$"""
            [services.a]
            type    = "worker"
            command = '''
              {{hold}} &
              sh -c "{{hold.Replace("'", "", StringComparison.Ordinal)}} & wait" &
              setsid {{hold}} &
              exec '{{Programs.TestApp}}' double-fork '{{Home.Marker}}' --setsid --ignore-sigterm
              '''
            stop = { grace = "1s" }
            """,
            Ct);
        await shop.UpAsync(Ct);
        // The shell in the middle has the words among its own arguments.
        await Home.Processes.UntilMarkedAsync(5, Ct);
        await shop.DoAsync(Ct, "stop", "a");
        Assert.Empty(await Home.Processes.MarkedAsync());
        Assert.Empty(await Home.Processes.WorkloadsAsync());
    }

    [Fact]
    public async Task What_a_program_leaves_behind_when_it_ends_by_itself_is_ended_too()
    {
        var shop = await Home.LiveAsync($"[services.a]\ntype = \"task\"\ncommand = {TestWorkspace.Run("double-fork", Home.Marker, "--setsid", "--exit")}\n", Ct);
        await shop.UpAsync(Ct);
        await shop.UntilStateAsync("a", "completed", Ct);
        await Home.Processes.NoneAsync(Eventually.Deadline, Ct);
    }

    [Fact]
    public async Task A_stopped_service_stays_stopped_until_it_is_started()
    {
        var shop = await Home.LiveAsync("[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\nrestart = \"always\"\n", Ct);
        await shop.UpAsync(Ct);
        await shop.DoAsync(Ct, "stop", "a");
        await shop.DoAsync(Ct, "daemon", "restart");
        Assert.Equal("stopped", (await shop.ServiceAsync("a", Ct)).State);
        await shop.DoAsync(Ct, "stop", "a");
        await shop.DoAsync(Ct, "start", "a");
        Assert.True((await shop.ServiceAsync("a", Ct)).Ready);
        await shop.DoAsync(Ct, "stop", "a");
        await shop.UpAsync(Ct);
        Assert.True((await shop.ServiceAsync("a", Ct)).Ready);
    }
}
