using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.AtRest;

/// <summary>What Gantry weighs while it has nothing to do. bench/ measures it beside others; here the promise is held.</summary>
public sealed class MemoryTests : GantryTest
{
    private const long Promised = 100_000_000;

    [Fact]
    public async Task A_daemon_with_ten_services_and_its_guardian_stay_below_what_is_promised()
    {
        var ten = string.Concat(Enumerable.Range(0, 10).Select(i => $"[services.s{i}]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n"));
        var shop = await Home.LiveAsync(ten, Ct);
        await shop.UpAsync(Ct);
        var daemon = await Home.Processes.DaemonAsync(Ct);
        var guardian = await Home.Processes.GuardianAsync(Ct);
        await Eventually.IsTrueAsync(() => daemon.ResidentBytes() < Promised * 8 / 10, "the daemon alone has given back what the start needed", Ct);
        await Eventually.IsTrueAsync(() => guardian.ResidentBytes() < Promised * 4 / 10, "and so has the guardian", Ct);
        Assert.True((await shop.StatusAsync(Ct)).Services.All(service => service.Ready), "all still answer");
        Assert.True(daemon.ResidentBytes() < Promised, $"a look at the status makes it {daemon.ResidentBytes() / 1e6:0.0} MB");
    }
}
