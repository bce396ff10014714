using System.Text.Json;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Reachability;

/// <summary>An address is chosen for what goes up, and for nothing that only might.</summary>
public sealed class KeptPortTests : GantryTest
{
    private static readonly string Web = $"[services.web]\ncommand = {TestWorkspace.Run("serve")}\n[services.api]\ncommand = {TestWorkspace.Run("serve")}\nenv = {{ WEB = \"${{services.web.port}}\" }}\n";

    [Fact]
    public async Task A_plan_keeps_no_port()
    {
        var shop = await Home.LiveAsync(Web, Ct);
        await shop.DoAsync(Ct, "up", "--dry-run");
        Assert.Equal(0, Kept());
        await shop.UpAsync(Ct);
        Assert.Equal(2, Kept());
        Assert.StartsWith("shop: nothing to do", (await shop.DoAsync(Ct, "up", "--dry-run")).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_keeps_no_port_and_takes_none_away()
    {
        var shop = await Home.LiveAsync(Web, Ct);
        await shop.UpAsync(Ct);
        var before = await File.ReadAllTextAsync(Home.File("ports.json"), Ct);
        await shop.Files.WriteAsync($"{Web}[services.more]\ncommand = {TestWorkspace.Run("serve")}\nuser = \"nobody-of-this-name\"\n", Ct);
        await shop.RunAsync(Ct, "up");
        Assert.Equal(before, await File.ReadAllTextAsync(Home.File("ports.json"), Ct));
    }

    private int Kept() => File.Exists(Home.File("ports.json"))
        ? JsonDocument.Parse(File.ReadAllText(Home.File("ports.json"))).RootElement.EnumerateObject().Count()
        : 0;
}
