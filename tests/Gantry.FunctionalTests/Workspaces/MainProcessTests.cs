using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>The main process ends and leaves others behind.</summary>
public sealed class MainProcessTests : GantryTest
{
    [Fact]
    public async Task It_is_not_ready_any_more_while_what_it_left_is_being_ended()
    {
        var shop = await Home.LiveAsync(
            """
            [services.a]
            type    = "worker"
            command = "(trap '' TERM; echo here; while :; do sleep 0.1; done) & until [ -e end ]; do sleep 0.1; done; exit 3"
            health  = { log = "here" }
            stop    = { grace = "5s" }
            restart = "never"
            """,
            Ct);
        await shop.UpAsync(Ct);
        await shop.Files.WriteAsync("end", "", Ct);
        var ending = await shop.UntilAsync("a", service => !service.Ready, Ct, TimeSpan.FromSeconds(3));
        Assert.Contains("exited with 3", ending.Reason, StringComparison.Ordinal);
        var ended = await shop.UntilStateAsync("a", "failed", Ct);
        Assert.Equal(3, ended.Replicas[0].Exit);
    }

    [Theory]
    [InlineData("down")]
    [InlineData("stop")]
    public async Task Without_control_groups_the_children_of_one_that_hid_go_too(string command)
    {
        Home.Environment["GANTRY_CGROUPS"] = "off";
        var hold = $"{Programs.TestApp} hold {Home.Marker}";
        var shop = await Home.LiveAsync($"[services.a]\ntype = \"worker\"\ncommand = \"(env -i setsid sh -c '{hold} & {hold}; true' &) ; exec sleep 1000\"\n", Ct);
        await shop.UpAsync(Ct);
        await Eventually.IsTrueAsync(async () => await HoldersAsync() == 2, "both children are there", Ct);
        await shop.DoAsync(Ct, command);
        Assert.Equal(0, await HoldersAsync());
    }

    private async Task<int> HoldersAsync() =>
        (await Home.Processes.MarkedAsync()).Count(process => process.CommandLine.StartsWith(Programs.TestApp, StringComparison.Ordinal));
}
