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
    public async Task A_route_that_another_has_takes_no_service_its_own_name()
    {
        static string File(string name) => $"[workspace]\nname = \"{name}\"\n\n[services.web]\ncommand = {TestWorkspace.Run("serve")}\n\n[services.pages]\nsite = \"public\"\n\n"
            + "[[proxy.routes]]\nhost = \"app.example.localhost\"\nservice = \"web\"\n\n[[proxy.routes]]\nhost = \"pages.example.localhost\"\nservice = \"pages\"\n";
        var first = await Home.LiveAsync(File("one"), Ct, "one");
        var second = await Home.LiveAsync(File("two"), Ct, "two");
        await first.Files.WriteAsync("public/index.html", "one", Ct);
        await second.Files.WriteAsync("public/index.html", "two", Ct);
        await first.UpAsync(Ct);
        var up = await second.UpAsync(Ct);
        Assert.Contains("route 1 to web is not in force: app.example.localhost, any path, is already answered by one, route 1 to web", up.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("not reached by name", up.Stderr, StringComparison.Ordinal);

        // The routes in force follow a moment later.
        var door = (await Home.DoorAsync("edge", Ct))!;
        await Eventually.PassesAsync(async () => Assert.Equal(200, (await Web.GetFromEdgeAsync(door, "web.two.localhost", "/", Ct)).Status), Ct);
        foreach (var workspace in (LiveWorkspace[])[first, second])
        {
            var name = Path.GetFileName(workspace.Folder);
            Assert.StartsWith($"http://web.{name}.localhost:", (await workspace.ServiceAsync("web", Ct)).Url, StringComparison.Ordinal);
            Assert.StartsWith($"http://pages.{name}.localhost:", (await workspace.ServiceAsync("pages", Ct)).Url, StringComparison.Ordinal);
        }
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

    [Fact]
    public async Task A_folder_that_was_renamed_takes_its_name_along_and_what_it_left_running_is_named()
    {
        var first = await Home.LiveAsync(File.Split("\n\n", 2)[1], Ct, "before");
        await first.UpAsync(Ct);
        var second = await Home.LiveAsync(File.Split("\n\n", 2)[1], Ct, "after");
        Directory.Delete(first.Folder, recursive: true);
        Assert.Contains($"gantry down {first.Folder}", (await second.UpAsync(Ct)).Stderr, StringComparison.Ordinal);
        await second.DoAsync(Ct, "down", first.Folder);
    }
}
