using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Probes;

/// <summary>A service that was healthy, and is not any more.</summary>
public sealed class UnhealthyTests : GantryTest
{
    [Fact]
    public async Task It_becomes_unhealthy_after_the_retries_and_healthy_again_without_a_restart()
    {
        var shop = await UpAsync("retries = 2");
        var before = await shop.ServiceAsync("api", Ct);
        await SwitchAsync(shop, "off");
        var ill = await shop.UntilAsync("api", api => api.Health == "unhealthy", Ct);
        Assert.False(ill.Ready);
        Assert.Contains("503", ill.Reason, StringComparison.Ordinal);
        Assert.Contains("503", (await shop.DoAsync(Ct, "why", "api")).Stdout, StringComparison.Ordinal);
        await SwitchAsync(shop, "on");
        var well = await shop.UntilReadyAsync("api", Ct);
        Assert.Equal((before.Pid, 0), (well.Pid, well.Replicas[0].Restarts));
    }

    [Fact]
    public async Task It_is_restarted_where_the_file_asks_for_it()
    {
        var shop = await UpAsync("retries = 2, restart = true");
        var before = await shop.ServiceAsync("api", Ct);
        await SwitchAsync(shop, "off");
        var after = await shop.UntilAsync("api", api => api.Ready && api.Replicas[0].Pid is { } pid && pid != before.Pid, Ct);
        Assert.Equal(before.Port, after.Port);
        Assert.Equal(1, after.Replicas[0].Restarts);
    }

    [Fact]
    public async Task A_replica_that_is_not_healthy_gets_no_connections()
    {
        var shop = await Home.LiveAsync($"[services.api]\ncommand = {TestWorkspace.Run("serve")}\nreplicas = 2\nhealth = {{ http = \"/health\", interval = \"50ms\", retries = 1 }}\n", Ct);
        await shop.UpAsync(Ct);
        await SwitchAsync(shop, "off");
        var ill = await shop.UntilAsync("api", api => api.Replicas[0].Health == "unhealthy", Ct);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(ill.Replicas[1].Pid, (await shop.AskAsync("api", "/", Ct)).Number("pid"));
        }
    }

    [Fact]
    public async Task A_test_that_hangs_fails_after_its_time()
    {
        var shop = await Home.LiveAsync($"[services.api]\ncommand = {TestWorkspace.Run("serve")}\nhealth = {{ http = \"/wait/60000\", timeout = \"200ms\", interval = \"100ms\", start_period = \"0s\", retries = 1 }}\n", Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilAsync("api", api => api.Health == "unhealthy", Ct);
    }

    private async Task<LiveWorkspace> UpAsync(string more)
    {
        var shop = await Home.LiveAsync($"[services.api]\ncommand = {TestWorkspace.Run("serve")}\nrestart = {{ backoff = \"50ms\" }}\nhealth = {{ http = \"/health\", interval = \"100ms\", {more} }}\n", Ct);
        await shop.UpAsync(Ct);
        return shop;
    }

    private static async Task SwitchAsync(LiveWorkspace shop, string to)
    {
        var port = (await shop.DoAsync(Ct, "exec", "--replica", "0", "api", "sh", "-c", "echo $PORT")).Stdout.Trim();
        await Web.GetAsync($"http://127.0.0.1:{port}/health/{to}", Ct);
    }
}
