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
    public async Task A_run_that_ended_without_a_word_is_not_given_the_words_of_an_earlier_one()
    {
        var shop = await Home.LiveAsync(
            """
            [services.a]
            type    = "worker"
            command = "[ -e once ] || { touch once; echo \"ModuleNotFoundError: No module named 'foo'\" >&2; exit 1; }; sleep 0.3; exit 3"
            health  = { log = "never" }
            restart = { policy = "on-failure", backoff = "100ms..300ms", max_attempts = 100 }
            """,
            Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilAsync("a", service => service.Replicas[0].Restarts > 1, Ct);
        var states = new HashSet<string>();
        for (var look = 0; look < 2000 && !states.IsSupersetOf(["running", "backingOff"]); look++)
        {
            var why = await shop.WhyAsync("a", Ct);
            var cause = why.GetProperty("chain")[0];
            Assert.Matches("exited with 3 after [0-9]+ ms; ", why.GetProperty("summary").GetString()!);
            Assert.Equal("exited", cause.GetProperty("code").GetString());
            Assert.Equal(0, cause.GetProperty("output").GetArrayLength());
            states.Add(cause.GetProperty("state").GetString()!);
        }

        Assert.Superset(new HashSet<string> { "running", "backingOff" }, states);
    }

    [Fact]
    public async Task What_the_present_run_has_written_already_is_not_of_the_one_that_ended()
    {
        var shop = await Home.LiveAsync(
            """
            [services.a]
            type    = "worker"
            command = "[ -e once ] && { echo present words; exec sleep 1000; }; touch once; exit 3"
            health  = { log = "never" }
            restart = { policy = "on-failure", backoff = "10ms" }
            """,
            Ct);
        await shop.UpAsync(Ct, "--detach");
        await Eventually.PassesAsync(async () => Assert.Equal(["present words"], await shop.OutputAsync("a", Ct)), Ct);
        await shop.UntilAsync("a", service => service is { State: "running", Replicas: [{ Restarts: 1 }] }, Ct);
        var cause = (await shop.WhyAsync("a", Ct)).GetProperty("chain")[0];
        Assert.Contains("exited with 3", cause.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, cause.GetProperty("output").GetArrayLength());
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
