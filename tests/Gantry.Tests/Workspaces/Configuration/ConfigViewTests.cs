using Gantry.Daemon.Configuration;
using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

public sealed class ConfigViewTests
{
    [Fact]
    public async Task The_resolved_workspace_is_shown_as_TOML() => Approved.Verify("view-toml", await ShownAsync(view => view.ToToml(provenance: false)));

    [Fact]
    public async Task The_resolved_workspace_is_shown_as_TOML_with_origins() => Approved.Verify("view-toml-with-origins", await ShownAsync(view => view.ToToml(provenance: true)));

    [Fact]
    public async Task The_resolved_workspace_is_shown_as_JSON() => Approved.Verify("view-json", await ShownAsync(view => view.ToJson(provenance: false)));

    [Fact]
    public async Task The_resolved_workspace_is_shown_as_JSON_with_origins() => Approved.Verify("view-json-with-origins", await ShownAsync(view => view.ToJson(provenance: true)));

    [Fact]
    public async Task What_is_shown_is_valid_TOML()
    {
        Assert.Empty(TomlDocument.Parse(await ShownAsync(view => view.ToToml(provenance: true))).Errors);
        Assert.Empty(TomlDocument.Parse(await ShownAsync(view => view.ToToml(provenance: false))).Errors);
    }

    [Fact]
    public async Task What_is_shown_means_the_same_workspace_once_more()
    {
        using var workspace = Workspace();
        var first = await workspace.LoadAsync();
        workspace.Write("gantry.toml", $"secrets.db_password.env = 'DB_PASSWORD'\n{first.View!.ToToml(provenance: false)}");
        File.Delete(Path.Combine(workspace.Folder, ".env"));
        var second = await workspace.LoadAsync();
        Assert.Empty(second.Diagnostics);
        Assert.Equal(first.View.ToToml(provenance: false), second.View!.ToToml(provenance: false));
    }

    private static async Task<string> ShownAsync(Func<ConfigView, string> show)
    {
        using var workspace = Workspace();
        var result = await workspace.LoadAsync();
        Assert.True(result.View is not null, string.Join('\n', result.Diagnostics));
        return show(result.View).Replace(workspace.Folder, "/home/somebody/shop", StringComparison.Ordinal);
    }

    private static WorkspaceOnDisk Workspace()
    {
        var workspace = new WorkspaceOnDisk("""
            [workspace]
            domain = "shop.localhost"

            [env]
            LOG_LEVEL = "${LOG_LEVEL:-info}"
            REGION = "eu"

            [secrets]
            db_password = { env = "DB_PASSWORD" }

            [services.db]
            image = "postgres:${PG_VERSION}"
            target_port = 5432
            env = { POSTGRES_PASSWORD = "${secret.db_password}" }
            volumes = ["./data:/var/lib/postgresql/data"]
            health = { exec = ["pg_isready", "-U", "postgres"] }

            [services.migrate]
            type = "task"
            command = "dotnet run migrate.cs"
            depends_on = { db = "healthy" }

            [services.api]
            command = ["dotnet", "run", "api.cs"]
            port = 8000
            depends_on = ["db"]
            env_file = "api.env"
            env = { DATABASE = "Host=${services.db.host};Password=${secret.db_password}", RATIO = 1.50 }
            health = { http = "/health", interval = "5s" }
            restart = { max_attempts = "unlimited" }
            limits = { memory = "512MiB", cpus = 1.0 }

            [services.web]
            site = "public"
            depends_on = { migrate = "completed" }

            [[proxy.routes]]
            path = "/api/*"
            service = "api"

            [[proxy.routes]]
            host = "old.localhost"
            service = "web"
            """)
        { StickyPorts = { ["db"] = 20001 } };
        workspace.Environment["DB_PASSWORD"] = "hunter2";
        workspace.Environment["PG_VERSION"] = "16";
        workspace.Write(".env", "LOG_LEVEL=debug\n");
        workspace.Write("api.env", "GREETING=\"hello\n\\\"world\\\"\"\nREGION=us\nCOPY=hunter2\n");
        return workspace;
    }
}
