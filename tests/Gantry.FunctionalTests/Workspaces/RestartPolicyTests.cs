using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>What happens to a worker that ends by itself.</summary>
public sealed class RestartPolicyTests : GantryTest
{
    [Theory]
    [InlineData("on-failure", 0, "completed")]
    [InlineData("never", 0, "completed")]
    [InlineData("never", 3, "failed")]
    public async Task It_stays_ended_where_the_policy_says_so(string policy, int status, string state)
    {
        var shop = await Home.LiveAsync($"[services.a]\ntype = \"worker\"\ncommand = \"sleep 0.2; exit {status}\"\nrestart = \"{policy}\"\n", Ct);
        await shop.UpAsync(Ct, "--detach");
        var ended = await shop.UntilStateAsync("a", state, Ct);
        Assert.Equal((status, 0), (ended.Replicas[0].Exit, ended.Replicas[0].Restarts));
    }

    [Theory]
    [InlineData("on-failure", 3)]
    [InlineData("always", 0)]
    [InlineData("always", 3)]
    public async Task It_is_started_again_where_the_policy_says_so(string policy, int status)
    {
        var shop = await Home.LiveAsync(
            $$"""
            [services.a]
            type    = "worker"
            command = "test -e gate && exec sleep 1000; exit {{status}}"
            restart = { policy = "{{policy}}", backoff = "50ms..200ms", max_attempts = "unlimited" }
            """,
            Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilAsync("a", a => a.Replicas[0].Restarts >= 3, Ct);
        await shop.Files.WriteAsync("gate", "", Ct);
        await shop.UntilAsync("a", a => a is { State: "running", Ready: true }, Ct);
    }

    [Fact]
    public async Task A_signal_from_outside_counts_as_a_failure()
    {
        var shop = await Home.LiveAsync("[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\nrestart = { backoff = \"50ms\" }\n", Ct);
        await shop.UpAsync(Ct);
        var before = (await shop.ServiceAsync("a", Ct)).Pid;
        HostProcess.Find(before)!.Kill();
        var after = await shop.UntilAsync("a", a => a.Ready && a.Replicas[0].Pid is { } pid && pid != before, Ct);
        Assert.Equal(1, after.Replicas[0].Restarts);
    }
}
