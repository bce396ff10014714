using System.Net.Sockets;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>A guardian with nothing to keep leaves, whoever looked in on it.</summary>
[Collection(Timed.Name)]
public sealed class IdleGuardianTests : GantryTest
{
    [Fact]
    public async Task It_leaves_when_the_last_visitor_has_gone()
    {
        var workspace = await Home.LiveAsync("[services.one]\ntype = \"worker\"\ncommand = [\"sleep\", \"3600\"]\n", Ct);
        await workspace.UpAsync(Ct);
        var guardian = await Home.Processes.GuardianAsync(Ct);
        await workspace.DownAsync(Ct);
        using (var visitor = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await visitor.ConnectAsync(new UnixDomainSocketEndPoint(Home.File("guardian.sock")), Ct);
            (await Home.Cli.RunAsync(["daemon", "stop"], Ct)).ShouldExit(0);
            // It has looked by then whether it may leave: a dead daemon has half a second to be followed by another.
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Ct);
            Assert.True(guardian.IsAlive(), "a visitor is still there");
        }

        await HomeProcesses.GoneAsync([guardian], HomeProcesses.EndsWithin, Ct);
    }

    /// <summary>A frozen process takes no SIGKILL before it thaws.</summary>
    [Fact]
    public async Task It_leaves_when_a_process_that_outlived_its_daemon_and_everybodys_patience_has_gone()
    {
        Needs.Freezer();
        Home.Environment["GANTRY_CGROUPS"] = "off";
        var workspace = await Home.LiveAsync("[workspace]\nlifetime = \"daemon\"\n[services.one]\ntype = \"worker\"\ncommand = [\"sleep\", \"3600\"]\n", Ct);
        await workspace.UpAsync(Ct);
        var guardian = await Home.Processes.GuardianAsync(Ct);
        var stuck = HostProcess.Find((await workspace.ServiceAsync("one", Ct)).Pid)!;
        await using (await FrozenProcess.FreezeAsync(stuck.Pid, Ct))
        {
            (await Home.Processes.DaemonAsync(Ct)).Kill();

            // Nothing shows that it has given up telling anybody, which it does ten seconds after the first SIGKILL.
            await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System, Ct);
            Assert.True(stuck.IsAlive(), "nothing can end it");
            Assert.True(guardian.IsAlive(), "it keeps what it cannot end");
        }

        await HomeProcesses.GoneAsync([stuck, guardian], HomeProcesses.EndsWithin, Ct);
    }
}
