using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Edge;

/// <summary>Two workspaces that would answer for one name: two clones, or one whose folder has moved.</summary>
public sealed class TakenNameTests : GantryTest
{
    private static readonly string File = $"[workspace]\nname = \"shop\"\n\n[services.web]\ncommand = {TestWorkspace.Run("serve")}\n";

    [Fact]
    public async Task The_second_is_told_so_and_shown_at_an_address_of_its_own()
    {
        var first = await Home.LiveAsync(File, Ct);
        var second = await Home.LiveAsync(File, Ct, "clone");
        await first.UpAsync(Ct);
        var up = await second.UpAsync(Ct);
        Assert.Contains("web.shop.localhost is already answered by shop", up.Stderr, StringComparison.Ordinal);
        Assert.Contains(first.Folder, up.Stderr, StringComparison.Ordinal);
        await second.UntilAsync("web", service => service.Url?.StartsWith("http://127.0.0.1:", StringComparison.Ordinal) == true, Ct);
        Assert.StartsWith("http://web.shop.localhost:", (await first.ServiceAsync("web", Ct)).Url, StringComparison.Ordinal);
        Assert.DoesNotContain("already answered", (await first.UpAsync(Ct)).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workspace_whose_folder_has_gone_is_named_where_its_name_comes_back()
    {
        var first = await Home.LiveAsync(File, Ct);
        await first.UpAsync(Ct);
        var second = await Home.LiveAsync(File, Ct, "clone");
        Directory.Delete(first.Folder, recursive: true);
        var up = await second.UpAsync(Ct);
        Assert.Contains($"gantry down {first.Folder}", up.Stderr, StringComparison.Ordinal);
        await second.DoAsync(Ct, "down", first.Folder);
    }
}
