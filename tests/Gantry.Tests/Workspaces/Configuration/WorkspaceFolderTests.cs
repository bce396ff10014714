using System.Text;
using Gantry.Daemon.Workspaces.Configuration;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

public sealed class WorkspaceFolderTests
{
    [Fact]
    public void The_nearest_folder_above_with_a_file_is_the_workspace()
    {
        using var workspace = new WorkspaceOnDisk("");
        var deep = Directory.CreateDirectory(Path.Combine(workspace.Folder, "a", "b")).FullName;
        Assert.Equal(workspace.Folder, WorkspaceFolder.Find(deep));
        Assert.Equal(workspace.Folder, WorkspaceFolder.Find(workspace.Folder));
        Assert.Null(WorkspaceFolder.Find("/"));
    }

    [Fact]
    public async Task A_folder_without_a_file_is_one_fault_that_shows_a_minimal_file()
    {
        using var workspace = new WorkspaceOnDisk("");
        File.Delete(Path.Combine(workspace.Folder, "gantry.toml"));
        var fault = await workspace.FaultAsync();
        Assert.Equal(("gantry.toml", $"there is no gantry.toml in {workspace.Folder}"), (fault.File, fault.Message));
        var shown = fault.Help![fault.Help!.IndexOf('[', StringComparison.Ordinal)..];
        workspace.Write("gantry.toml", shown);
        Assert.Equal("", await workspace.FaultsAsync());
    }

    [Fact]
    public async Task An_empty_file_is_a_workspace_without_services()
    {
        using var workspace = new WorkspaceOnDisk("");
        Assert.Empty((await workspace.SpecAsync()).Workloads);
    }

    [Fact]
    public async Task A_file_beyond_the_limit_is_refused()
    {
        using var workspace = new WorkspaceOnDisk("#" + new string('x', 1 << 20));
        Assert.Equal("gantry.toml: error: the file is larger than 1 MiB, which no configuration is\n", await workspace.FaultsAsync());
        workspace.Write("gantry.toml", "#" + new string('x', (1 << 20) - 1));
        Assert.Equal("", await workspace.FaultsAsync());
    }

    [Fact]
    public async Task A_folder_of_the_files_name_is_found_and_told_to_be_one()
    {
        using var workspace = new WorkspaceOnDisk("");
        File.Delete(Path.Combine(workspace.Folder, "gantry.toml"));
        Directory.CreateDirectory(Path.Combine(workspace.Folder, "gantry.toml"));
        Assert.Equal(workspace.Folder, WorkspaceFolder.Find(workspace.Folder));
        Assert.Equal("gantry.toml: error: gantry.toml in <folder> is a folder, not a file (write a file of that name)\n", await workspace.FaultsAsync());
    }

    [Fact]
    public async Task More_than_500_services_are_refused()
    {
        using var workspace = new WorkspaceOnDisk(Services(500));
        Assert.Equal(500, (await workspace.SpecAsync()).Workloads.Length);
        workspace.Write("gantry.toml", Services(501));
        var fault = await workspace.FaultAsync();
        Assert.Equal(("services: 501 services are more than the 500 that are allowed", 501), (fault.Message, fault.Line));
    }

    [Theory]
    [InlineData("My Shop (old)", "my-shop-old", "my-shop-old.localhost")]
    [InlineData("shop_2", "shop_2", "shop-2.localhost")]
    [InlineData("--x--", "x", "x.localhost")]
    [InlineData("日本", "workspace", "workspace.localhost")]
    public async Task The_folders_name_is_made_into_a_valid_one(string folder, string name, string domain)
    {
        using var workspace = new WorkspaceOnDisk("", folder);
        var spec = await workspace.SpecAsync();
        Assert.Equal((name, domain), (spec.Name, spec.Domain));
    }

    [Fact]
    public async Task A_name_gives_the_domain_unless_one_is_written()
    {
        using var workspace = new WorkspaceOnDisk("workspace.name = 'Store'");
        var spec = await workspace.SpecAsync();
        Assert.Equal(("Store", "store.localhost"), (spec.Name, spec.Domain));
        workspace.Write("gantry.toml", "workspace = { name = 'Store', domain = 'Dev.Example.COM' }");
        Assert.Equal("dev.example.com", (await workspace.SpecAsync()).Domain);
    }

    [Fact]
    public async Task Hosts_of_routes_are_in_lower_case_and_order_is_kept()
    {
        using var workspace = new WorkspaceOnDisk("""
            services.web.command = "true"
            [[proxy.routes]]
            host = "API.Shop.localhost"
            service = "web"
            [[proxy.routes]]
            service = "web"
            """);
        var spec = await workspace.SpecAsync();
        Assert.Equal([("api.shop.localhost", null), (null, null)], spec.Routes.Select(route => (route.Host, route.Path)));
    }

    private static string Services(int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(null, $"services.s{i}.command = 'true'\n");
        }

        return text.ToString();
    }
}
