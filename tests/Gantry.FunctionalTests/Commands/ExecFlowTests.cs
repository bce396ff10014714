using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Commands;

/// <summary>Streams of an exec whose two ends are not equally fast.</summary>
public sealed class ExecFlowTests : GantryTest
{
    private const string Shop = "[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";

    [Fact]
    public async Task Input_that_nobody_reads_waits_and_costs_the_guardian_nothing()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct);
        var guardian = await Home.Processes.GuardianAsync(Ct);
        var pid = (await shop.ServiceAsync("a", Ct)).Pid;
        (await ShellAsync(shop, "head -c 500000000 /dev/zero | \"$G\" exec a -- sleep 3")).ShouldExit(0);
        Assert.True(guardian.IsAlive());
        Assert.Equal(pid, (await shop.ServiceAsync("a", Ct)).Pid);
    }

    [Fact]
    public async Task Input_for_a_slow_reader_arrives_whole()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct);
        var answer = await ShellAsync(shop, "head -c 200000000 /dev/zero | \"$G\" exec a -- sh -c 'sleep 2; wc -c'");
        Assert.Equal("200000000", answer.ShouldExit(0).Stdout.Trim());
    }

    [Fact]
    public async Task Output_for_a_slow_reader_arrives_whole_and_with_the_status()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct);
        const string slow = "i=0; while [ $i -lt 20 ]; do dd bs=8192 count=1 iflag=fullblock 2>/dev/null; i=$((i+1)); sleep 0.1; done; cat";
        var answer = await ShellAsync(shop, $"{{ \"$G\" exec a -- sh -c 'head -c 3000000 /dev/zero; exit 7'; echo $? >status; }} | {{ {slow}; }} | wc -c; cat status");
        Assert.Equal(["3000000", "7"], LiveWorkspace.Lines(answer.ShouldExit(0).Stdout).Select(line => line.Trim()));
    }

    [Fact]
    public async Task A_caller_who_goes_while_its_input_waits_takes_the_command_along()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct);
        await ShellAsync(shop, $"head -c 500000000 /dev/zero | timeout -s KILL 3 \"$G\" exec a -- {Programs.TestApp} hold {Home.Marker}; true");
        await Eventually.IsTrueAsync(async () => (await Home.Processes.MarkedAsync()).Count == 0, "the command has ended", Ct);
    }

    private async Task<CommandResult> ShellAsync(LiveWorkspace shop, string script)
    {
        var environment = new Dictionary<string, string?>(Home.Environment) { ["G"] = await Programs.GantryAsync() };
        return await new Command("sh", "-c", script) { Environment = environment, WorkingDirectory = shop.Folder }.RunAsync(Ct);
    }
}
