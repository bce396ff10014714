using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>A record that may not be written, as in a home in which another user ran something once: a folder stands where the file is written.</summary>
public sealed class UnwritableStateTests : GantryTest
{
    private const string Shop =
        """
        [services.slow]
        type    = "task"
        command = "while test -e wait; do sleep 0.05; done"
        [services.api]
        type    = "worker"
        command = "exec sleep 1000"

        """;

    [Fact]
    public async Task What_changes_meanwhile_is_told_and_everything_can_be_ended()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.Files.WriteAsync("wait", "", Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilStateAsync("slow", "running", Ct);
        var obstacle = Directory.CreateDirectory(Home.File($"workspaces/{await shop.IdAsync(Ct)}.json.new"));
        File.Delete(Path.Combine(shop.Folder, "wait"));
        await shop.UntilStateAsync("slow", "completed", Ct);

        await shop.Files.WriteAsync(Shop + "env = { A = \"1\" }\n", Ct);
        var refused = await shop.RunAsync(Ct, "up");
        refused.ShouldExit(75);
        Assert.Contains("cannot write", refused.Stderr, StringComparison.Ordinal);
        Assert.Contains("belong to the daemon's user", refused.Stderr, StringComparison.Ordinal);
        await shop.DoAsync(Ct, "stop", "api");

        obstacle.Delete();
        await shop.DoAsync(Ct, "restart", "slow");
        await shop.DownAsync(Ct);
    }
}
