using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>What a daemon that is told to leave takes with it.</summary>
public sealed class LifetimeTests : GantryTest
{
    [Fact]
    public async Task A_workspace_with_the_daemons_lifetime_ends_when_the_daemon_is_stopped()
    {
        var shop = await Home.LiveAsync("[workspace]\nlifetime = \"daemon\"\n[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n", Ct);
        await shop.UpAsync(Ct);
        await shop.DoAsync(Ct, "daemon", "stop");
        await Home.Processes.NoneAsync(Eventually.Deadline, Ct);
    }

    [Fact]
    public async Task A_changed_lifetime_counts_from_then_on()
    {
        const string services = "[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";
        var shop = await Home.LiveAsync("[workspace]\nlifetime = \"daemon\"\n" + services, Ct);
        await shop.UpAsync(Ct);
        await shop.Files.WriteAsync(services, Ct);
        await shop.UpAsync(Ct);
        var before = (await shop.StatusAsync(Ct)).Pids;
        await shop.DoAsync(Ct, "daemon", "restart");
        Assert.Equal(before, (await shop.StatusAsync(Ct)).Pids);
    }

    [Fact]
    public async Task A_workspace_is_found_from_any_folder_inside_of_it()
    {
        var shop = await Home.LiveAsync("[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n", Ct);
        await shop.Files.WriteAsync("deep/er/file", "", Ct);
        (await Home.Cli.RunAsync(["up"], Ct, Path.Combine(shop.Folder, "deep", "er"))).ShouldExit(0);
        var link = Path.Combine(Home.Beside("links"), "there");
        Directory.CreateSymbolicLink(link, shop.Folder);
        Assert.Contains("nothing to do", (await Home.Cli.RunAsync(["up", link], Ct)).ShouldExit(0).Stdout, StringComparison.Ordinal);
        Assert.Contains("nothing to do", (await Home.Cli.RunAsync(["up", "-C", shop.Folder], Ct)).ShouldExit(0).Stdout, StringComparison.Ordinal);
        Assert.Contains("nothing to do", (await Home.Cli.RunAsync(["up", "."], Ct, shop.Folder)).ShouldExit(0).Stdout, StringComparison.Ordinal);
        Assert.Equal(1, (await Home.Client.GetAsync("/api/workspaces", Ct)).GetArrayLength());
    }
}
