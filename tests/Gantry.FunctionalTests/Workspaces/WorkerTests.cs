using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>What has no health test and listens nowhere.</summary>
public sealed class WorkerTests : GantryTest
{
    [Theory]
    [InlineData("exit 1")]
    [InlineData("sleep 0.2; exit 1")]
    public async Task One_that_ends_again_and_again_is_not_ready_in_between(string command)
    {
        var shop = await Home.LiveAsync($"[services.w]\ntype = \"worker\"\ncommand = \"{command}\"\n", Ct);
        var up = (await shop.RunAsync(Ct, "up")).ShouldExit(1);
        Assert.Contains("exited with 1", up.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("w: ready", up.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_ends_well_at_once_is_no_failure()
    {
        var shop = await Home.LiveAsync("[services.w]\ntype = \"worker\"\ncommand = \"exit 0\"\n", Ct);
        await shop.UpAsync(Ct);
        Assert.Equal("completed", (await shop.StatusAsync(Ct))["w"].State);
    }

    [Fact]
    public async Task All_replicas_of_one_that_was_mended_are_waited_for()
    {
        var shop = await Home.LiveAsync("[services.w]\ntype = \"worker\"\nreplicas = 3\ncommand = \"test -e mended || exit 1; exec sleep 1000\"\n", Ct);
        (await shop.RunAsync(Ct, "up")).ShouldExit(1);
        await shop.Files.WriteAsync("mended", "", Ct);
        var up = await shop.UpAsync(Ct);
        Assert.DoesNotContain("backing off", up.Stdout, StringComparison.Ordinal);
        Assert.All((await shop.StatusAsync(Ct))["w"].Replicas, replica => Assert.NotNull(replica.Pid));
    }
}
