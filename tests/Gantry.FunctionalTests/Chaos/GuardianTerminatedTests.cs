using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>SIGTERM of the guardian, as when the host goes down: it ends what it keeps, starts nothing more, and leaves as soon as that is done.</summary>
[Collection(Timed.Name)]
public sealed class GuardianTerminatedTests : GantryTest
{
    /// <summary>Far below the ten seconds of grace that a service has unless it says otherwise.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>The new run, of which there is one, has a new guardian for its parent.</summary>
    [Fact]
    public async Task The_daemon_starts_again_with_the_next_guardian_and_not_with_the_one_that_leaves()
    {
        var workspace = await Home.LiveAsync(
            """
            [services.quick]
            type    = "worker"
            command = "echo begun; exec sleep 3600"
            restart = "always"

            [services.slow]
            type    = "worker"
            command = "trap 'sleep 2.5; exit 0' TERM; while :; do sleep 0.1; done"
            restart = "always"
            """,
            Ct);
        await workspace.UpAsync(Ct);
        var (quick, slow) = (await workspace.ServiceAsync("quick", Ct), await workspace.ServiceAsync("slow", Ct));
        var first = await TerminateAsync();
        await HomeProcesses.GoneAsync([first], Soon, Ct);
        await workspace.UntilAsync("slow", now => now.Ready && now.Pid != slow.Pid, Ct);
        await workspace.UntilAsync("quick", now => now.Ready && now.Pid != quick.Pid, Ct);
        Assert.Equal(["begun", "begun"], await workspace.OutputAsync("quick", Ct));
        await Eventually.IsTrueAsync(() => !Directory.Exists($"/proc/{first.Pid}"), "the first guardian is not even a zombie", Ct, Soon);
    }

    [Fact]
    public async Task It_leaves_as_soon_as_nothing_is_left_to_end()
    {
        var workspace = await Home.LiveAsync("[services.one]\ntype = \"worker\"\ncommand = [\"sleep\", \"3600\"]\n", Ct);
        await workspace.UpAsync(Ct);
        var daemon = await Home.Processes.DaemonAsync(Ct);
        var guardian = await Home.Processes.GuardianAsync(Ct);
        daemon.Kill();
        await HomeProcesses.GoneAsync([daemon], Eventually.Deadline, Ct);
        await Signal.SendAsync("TERM", guardian.Pid, Ct);
        await HomeProcesses.GoneAsync([guardian], HomeProcesses.EndsWithin, Ct);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
    }

    [Fact]
    public async Task Each_service_has_its_own_signal_and_grace()
    {
        var workspace = await Home.LiveAsync(
            """
            [services.stubborn]
            type    = "worker"
            command = "trap '' TERM INT; while :; do sleep 0.1; done"
            stop    = { grace = "1s" }

            [services.interrupted]
            type    = "worker"
            command = "trap '' TERM; trap 'sleep 2; echo tidied; exit 0' INT; while :; do sleep 0.1; done"
            stop    = { signal = "SIGINT", grace = "1m" }
            restart = "never"
            """,
            Ct);
        await workspace.UpAsync(Ct);
        var guardian = await TerminateAsync();
        await HomeProcesses.GoneAsync([guardian], Soon, Ct);
        Assert.Equal(["tidied"], await workspace.OutputAsync("interrupted", Ct));
    }

    private async Task<HostProcess> TerminateAsync()
    {
        var guardian = await Home.Processes.GuardianAsync(Ct);
        await Signal.SendAsync("TERM", guardian.Pid, Ct);
        return guardian;
    }
}
