using System.Text.RegularExpressions;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Why;

/// <summary>What <c>gantry up</c> tells where it did not work out: all of it, and each thing once.</summary>
public sealed partial class FailedUpTests : GantryTest
{
    private const string Shop = """
        [services.broken]
        type    = "worker"
        command = ["no-such-program-anywhere"]
        [services.crashing]
        type    = "worker"
        command = "echo a last word; exit 3"
        restart = { backoff = "1h" }
        [services.slow]
        type    = "worker"
        command = "exec sleep 1000"
        health  = { exec = "false", start_period = "1h" }
        [services.fine]
        type    = "worker"
        command = "exec sleep 1000"
        """;

    [Fact]
    public async Task Whatever_did_not_become_ready_is_named()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        var told = (await shop.RunAsync(Ct, "up")).ShouldExit(1).Stderr;
        Assert.Contains("✘ broken is not ready: ", told, StringComparison.Ordinal);
        Assert.Contains("✘ crashing is not ready: exited with 3", told, StringComparison.Ordinal);
        Assert.Contains("a last word", told, StringComparison.Ordinal);
        Assert.Matches(@"\nnot ready yet: slow \(.+\)\n", told);
        Assert.Contains("\nstill running: slow, fine; gantry down ends everything", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec sleep 1000", false)]
    [InlineData("trap 'sleep 3; exit 0' TERM; while :; do sleep 0.1; done", true)]
    public async Task A_workspace_that_somebody_took_down_meanwhile_is_told_once(string command, bool isLong)
    {
        var shop = await Home.LiveAsync(
            $$"""
            [services.slow]
            type    = "worker"
            command = "{{command}}"
            health  = { exec = "false", start_period = "1h" }
            [services.other]
            type    = "worker"
            command = "exec sleep 1000"
            health  = { exec = "false", start_period = "1h" }
            """,
            Ct);
        using var up = await shop.StartAsync("up");
        await Eventually.PassesAsync(async () => Assert.Matches("(?s)(slow: running.*other: running|other: running.*slow: running)", await up.OutputAsync(Ct)), Ct);
        using var down = await shop.StartAsync("down");
        if (isLong)
        {
            await shop.UntilStateAsync("other", "stopped", Ct);
            var why = (await shop.WhyAsync("other", Ct)).GetProperty("chain")[0];
            Assert.Equal(("its workspace is being taken down", "gantry up"), (why.GetProperty("message").GetString(), why.GetProperty("remedy").GetString()));
        }

        var told = await up.ShouldEndAsync(1, Ct);
        Assert.Contains("\ngantry: shop was taken down meanwhile\n  next: gantry up\n", told, StringComparison.Ordinal);
        Assert.DoesNotContain("is not ready", told, StringComparison.Ordinal);
        await down.ShouldEndAsync(0, Ct);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told_without_the_whole_of_PATH_and_with_one_next_step()
    {
        Home.Environment["PATH"] = $"/a/folder/that/is/long/enough:{Environment.GetEnvironmentVariable("PATH")}";
        var shop = await Home.LiveAsync("[services.broken]\ntype = \"worker\"\ncommand = [\"no-such-program-anywhere\"]\n", Ct);
        var up = (await shop.RunAsync(Ct, "up")).ShouldExit(1);
        Assert.DoesNotContain("/a/folder/that", up.Stdout + up.Stderr, StringComparison.Ordinal);
        Assert.Contains("no-such-program-anywhere: no such program in PATH", up.Stderr, StringComparison.Ordinal);
        Assert.Single(NextStep().Matches(up.Stderr));
    }

    [GeneratedRegex("next:")]
    private static partial Regex NextStep();
}
