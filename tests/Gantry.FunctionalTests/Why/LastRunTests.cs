using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Why;

/// <summary>What <c>why</c> shows is of the run that it tells of.</summary>
public sealed class LastRunTests : GantryTest
{
    private const string Once = "health = { log = \"never\" }\nrestart = \"never\"\n";

    [Fact]
    public async Task Lines_of_a_former_run_are_not_shown()
    {
        var shop = await Home.LiveAsync($"[services.a]\ntype = \"worker\"\ncommand = \"echo former words >&2; exit 3\"\n{Once}", Ct);
        Assert.Contains("former words", (await shop.RunAsync(Ct, "up")).ShouldExit(1).Stderr, StringComparison.Ordinal);
        await shop.Files.WriteAsync($"[services.a]\ntype = \"worker\"\ncommand = \"echo later words >&2; exit 4\"\n{Once}", Ct);
        var up = (await shop.RunAsync(Ct, "up")).ShouldExit(1);
        Assert.Contains("a: replaced (command changed)\n", up.Stdout, StringComparison.Ordinal);
        foreach (var text in (string[])[up.Stderr, (await shop.DoAsync(Ct, "why", "a")).Stdout])
        {
            Assert.Contains("later words", text, StringComparison.Ordinal);
            Assert.DoesNotContain("former words", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_several_replicas_the_one_that_failed_is_named()
    {
        var shop = await Home.LiveAsync($"[services.a]\ntype = \"worker\"\nreplicas = 2\ncommand = \"mkdir held || exit 7; trap 'rmdir held' EXIT; echo going; sleep 1000 & wait\"\nhealth = {{ log = \"going\" }}\nrestart = \"never\"\n", Ct);
        (await shop.RunAsync(Ct, "up")).ShouldExit(1);
        Assert.Matches("^✘ a is not ready: replica [01]: exited with 7", (await shop.DoAsync(Ct, "why", "a")).Stdout);
    }

    [Fact]
    public async Task What_goes_away_is_told_and_its_logs_are_still_printed()
    {
        const string worker = "type = \"worker\"\ncommand = \"echo here; exec sleep 1000\"\nhealth = { log = \"here\" }\n";
        var shop = await Home.LiveAsync($"[services.a]\nreplicas = 3\n{worker}[services.mailer]\n{worker}", Ct);
        await shop.UpAsync(Ct);
        await shop.Files.WriteAsync($"[services.a]\nreplicas = 1\n{worker}", Ct);
        var lines = LiveWorkspace.Lines((await shop.UpAsync(Ct)).Stdout);
        Assert.Single(lines, "a: replicas 3 -> 1");
        Assert.Single(lines, line => line.StartsWith("mailer: removed (", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("a removed", StringComparison.Ordinal));
        await shop.Files.WriteAsync($"[services.a]\nreplicas = 3\n{worker}", Ct);
        await shop.UpAsync(Ct);
        await shop.Files.WriteAsync($"[services.a]\nreplicas = 1\n{worker}", Ct);
        Assert.Contains("shop: scale a; see", (await shop.UpAsync(Ct, "--detach")).Stdout, StringComparison.Ordinal);
        Assert.Contains("mailer | here", (await shop.DoAsync(Ct, "logs", "mailer")).Stdout, StringComparison.Ordinal);
        Assert.Contains("a replica 9", (await shop.RunAsync(Ct, "logs", "a", "--replica", "9")).ShouldExit(2).Stderr, StringComparison.Ordinal);
        Assert.Contains("no service maler", (await shop.RunAsync(Ct, "logs", "maler")).ShouldExit(2).Stderr, StringComparison.Ordinal);
    }
}
