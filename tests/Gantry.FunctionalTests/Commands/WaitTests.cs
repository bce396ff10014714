using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Commands;

/// <summary><c>gantry wait --for ready|healthy|exit --timeout</c>.</summary>
public sealed class WaitTests : GantryTest
{
    private const string Shop = """
        [services.tested]
        type    = "worker"
        command = "exec sleep 1000"
        health  = { exec = "test -e gate", interval = "100ms" }
        [services.untested]
        type    = "worker"
        command = "exec sleep 1000"
        [services.task]
        type    = "task"
        command = "while ! test -e gate; do sleep 0.05; done; exit 6"
        """;

    [Theory]
    [InlineData("ready")]
    [InlineData("healthy")]
    public async Task It_waits_until_it_is_so(string what)
    {
        var shop = await UpAsync();
        using var wait = await shop.StartAsync("wait", "tested", "--for", what);
        await shop.UntilStateAsync("tested", "running", Ct);
        Assert.False(wait.HasExited);
        await shop.Files.WriteAsync("gate", "", Ct);
        await wait.ShouldEndAsync(0, Ct);
        Assert.True((await shop.StatusAsync(Ct))["tested"].Ready);
    }

    [Fact]
    public async Task It_may_wait_longer_than_a_day()
    {
        var shop = await UpAsync();
        await shop.DoAsync(Ct, "wait", "untested", "--timeout", "2d");
    }

    [Fact]
    public async Task It_waits_for_the_exit_and_ends_with_its_status()
    {
        var shop = await UpAsync();
        using var wait = await shop.StartAsync("wait", "task", "--for", "exit");
        await shop.UntilStateAsync("task", "running", Ct);
        Assert.False(wait.HasExited);
        await shop.Files.WriteAsync("gate", "", Ct);
        await wait.ShouldEndAsync(6, Ct);
        (await shop.RunAsync(Ct, "wait", "task", "--for", "exit")).ShouldExit(6);
    }

    [Theory]
    [InlineData("ready", "tested")]
    [InlineData("healthy", "tested")]
    [InlineData("exit", "untested")]
    [InlineData("ready", "tested", "untested")]
    public async Task When_its_time_is_over_it_ends_with_1(string what, params string[] services)
    {
        var shop = await UpAsync();
        var wait = (await shop.RunAsync(Ct, ["wait", .. services, "--for", what, "--timeout", "700ms"])).ShouldExit(1);
        Assert.InRange(wait.Duration, TimeSpan.FromMilliseconds(600), TimeSpan.FromSeconds(20));
        Assert.Contains(services[0], wait.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_come_true_any_more_is_not_waited_for()
    {
        var shop = await UpAsync();
        await shop.Files.WriteAsync("gate", "", Ct);
        await shop.UntilStateAsync("task", "failed", Ct);
        var wait = (await shop.RunAsync(Ct, "wait", "task", "--timeout", "1m")).ShouldExit(1);
        Assert.True(wait.Duration < TimeSpan.FromSeconds(20), $"it took {wait.Duration}");
    }

    [Theory]
    [InlineData("wait", "nobody")]
    [InlineData("wait", "tested", "--for", "happiness")]
    [InlineData("wait", "tested", "--timeout", "soon")]
    public async Task Wrong_usage_ends_with_2(params string[] line)
    {
        var shop = await UpAsync();
        (await shop.RunAsync(Ct, line)).ShouldExit(2);
    }

    private async Task<LiveWorkspace> UpAsync()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct, "--detach");
        return shop;
    }
}
