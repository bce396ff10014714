using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>Several people, or scripts, at once: commands may fail, but what is left afterwards is what the last one said.</summary>
public sealed class ConcurrentCommandTests : GantryTest
{
    private static readonly string[][] Verbs = [["up"], ["up", "--detach"], ["down"], ["stop", "a"], ["start", "a"], ["restart", "b"], ["stop"], ["restart"], ["status"], ["why"]];

    [Fact]
    public async Task Whatever_was_called_at_once_a_last_up_and_a_last_down_do_what_they_say()
    {
        var shop = await Home.LiveAsync(Toml("one"), Ct);
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < Rounds.Of(3); round++)
        {
            await shop.Files.WriteAsync(Toml($"round {round}"), Ct);
            var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => shop.RunAsync(Ct, Verbs[random.Next(Verbs.Length)])));
            Assert.All(results, result => Assert.True(result.ExitCode is 0 or 1 or 75, $"{result}"));
            Assert.All(results, result => Assert.DoesNotContain("   at ", result.Stderr, StringComparison.Ordinal));
            await shop.UpAsync(Ct);
            await shop.UntilAllReadyAsync(Ct);
            Assert.Equal(2, (await shop.StatusAsync(Ct)).Pids.Count);
            Assert.Equal($"round {round}", (await shop.AskAsync("b", "/env", Ct)).Text("WHICH"));
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => shop.RunAsync(Ct, i % 2 == 0 ? ["up", "--detach"] : ["down"])));
        await shop.DownAsync(Ct);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
    }

    [Fact]
    public async Task Of_two_ups_the_one_that_was_called_later_has_read_the_newer_file()
    {
        var shop = await Home.LiveAsync(
            """
            [secrets]
            slow = { command = "touch reading; while ! test -e go; do sleep 0.05; done; echo old" }
            [services.a]
            type    = "worker"
            command = "exec sleep 1000"
            env     = { WHICH = "${secret.slow}" }
            """,
            Ct);
        using var first = await shop.StartAsync("up");
        await Eventually.IsTrueAsync(() => File.Exists(Path.Combine(shop.Folder, "reading")), "the first reads its file", Ct);
        await shop.Files.WriteAsync("[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\nenv = { WHICH = \"new\" }\n", Ct);
        using var second = await shop.StartAsync("up");
        await Task.WhenAny(second.EndAsync(Ct), Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Ct));
        await shop.Files.WriteAsync("go", "", Ct);
        await first.EndAsync(Ct);
        await second.ShouldEndAsync(0, Ct);
        Assert.Equal("new\n", (await shop.DoAsync(Ct, "exec", "a", "sh", "-c", "echo $WHICH")).Stdout);
    }

    private static string Toml(string which) => $$"""
        [services.a]
        type    = "worker"
        command = "exec sleep 1000"
        [services.b]
        command    = {{TestWorkspace.Run("serve")}}
        depends_on = ["a"]
        env        = { WHICH = "{{which}}" }
        """;
}
