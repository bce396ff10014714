using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Probes;

/// <summary>Who may say that a service is ready: sd_notify(3) itself asks nobody.</summary>
public sealed class NotifyTests : GantryTest
{
    private const string Toml = """
        [services.a]
        type    = "worker"
        command = ["sleep", "3600"]
        user    = "daemon"
        health  = { notify = true }
        """;

    [Fact]
    public async Task The_word_of_another_user_is_not_taken_and_told_in_the_log()
    {
        var shop = await UpAsync();
        await SayAsync(shop, "65534");
        await Eventually.IsTrueAsync(async () => (await shop.DoAsync(Ct, "logs", "a")).Stdout.Contains("READY=1 of user 65534 is not taken", StringComparison.Ordinal), "it is told", Ct);
        Assert.False((await shop.ServiceAsync("a", Ct)).Ready);
    }

    [Theory]
    [InlineData("daemon")]
    [InlineData("root")]
    public async Task The_word_of_the_services_user_and_of_ours_is_taken_from_a_helper_that_has_ended(string user)
    {
        var shop = await UpAsync();
        await SayAsync(shop, user);
        await shop.UntilReadyAsync("a", Ct);
    }

    /// <summary>An address that can be known beforehand is one that anybody may take first.</summary>
    [Fact]
    public async Task Each_start_has_an_address_of_its_own_that_the_next_daemon_knows()
    {
        var shop = await UpAsync();
        var first = await AddressAsync(shop);
        (await Home.Processes.DaemonAsync(Ct)).Kill();
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilStateAsync("a", "running", Ct);
        Assert.Equal(first, (await shop.DoAsync(Ct, "exec", "a", "--", "printenv", "NOTIFY_SOCKET")).Stdout.Trim());
        await SayAsync(shop, "daemon");
        await shop.UntilReadyAsync("a", Ct);

        var before = await shop.ServiceAsync("a", Ct);
        await shop.DoAsync(Ct, "restart", "a", "--detach");
        await shop.UntilAsync("a", now => now.State == "running" && now.Pid != before.Pid, Ct);
        Assert.NotEqual(first, await AddressAsync(shop));
        await SayAsync(shop, "daemon");
        await shop.UntilReadyAsync("a", Ct);
    }

    private static async Task<string?> AddressAsync(LiveWorkspace shop) =>
        // Before it has become sleep it is a shell of root's, whose environment is the same.
        HostProcess.Find((await shop.ServiceAsync("a", Ct)).Pid)!.Variable("NOTIFY_SOCKET");

    private async Task<LiveWorkspace> UpAsync()
    {
        Needs.Root();
        Needs.Tool("setpriv");
        Needs.Tool("systemd-notify");
        var shop = await Home.LiveAsync(Toml, Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilStateAsync("a", "running", Ct);
        return shop;
    }

    private static async Task SayAsync(LiveWorkspace shop, string user)
    {
        var say = new Command("setpriv", $"--reuid={user}", "--clear-groups", "systemd-notify", "--ready") { Environment = { ["NOTIFY_SOCKET"] = await AddressAsync(shop) } };
        (await say.RunAsync(Ct)).ShouldExit(0);
    }
}
