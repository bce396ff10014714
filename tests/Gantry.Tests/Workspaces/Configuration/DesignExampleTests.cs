using Gantry.Workloads;
using Gantry.Workloads.Probes;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

/// <summary>The example that everything else is measured by: one of each kind of service.</summary>
public sealed class DesignExampleTests
{
    internal const string Text = """
        # gantry.toml
        [workspace]
        name   = "shop"                        # default: the folder's name
        domain = "shop.localhost"

        [env]                                  # every service gets it
        LOG_LEVEL = "info"

        [secrets]
        db_password = { env = "DB_PASSWORD" }

        [services.db]                          # a container …
        image       = "postgres:16"
        target_port = 5432
        env         = { POSTGRES_PASSWORD = "${secret.db_password}" }
        volumes     = ["db-data:/var/lib/postgresql/data"]
        health      = { exec = ["pg_isready", "-U", "postgres"] }

        [services.migrate]                     # … a task that runs to completion …
        type       = "task"
        command    = ["dotnet", "run", "migrate.cs"]
        depends_on = { db = "healthy" }

        [services.api]                         # … and a process: the same keys, the same verbs, the same states
        command    = ["dotnet", "run", "api.cs"]
        depends_on = { db = "healthy", migrate = "completed" }
        env        = { DATABASE = "Host=${services.db.host};Port=${services.db.port}" }
        health     = { http = "/health", interval = "5s" }
        replicas   = 2
        restart    = { policy = "on-failure", backoff = "1s..30s", max_attempts = 5 }
        stop       = { signal = "SIGTERM", grace = "10s" }
        limits     = { memory = "512MiB", cpus = 1.0, pids = 256 }

        [services.web]
        site = "public"                        # static files, served by the edge itself

        [[proxy.routes]]
        path    = "/api/*"
        service = "api"

        [[proxy.upstreams]]                    # upstreams that Gantry does not run
        name         = "legacy"
        strategy     = "round_robin"
        health_check = { path = "/health", interval = "30s" }
        [[proxy.upstreams.servers]]
        address = "127.0.0.1:3001"
        weight  = 1

        [builds.api]
        [code]
        """;

    [Fact]
    public async Task A_container_has_its_image_port_volumes_and_secret()
    {
        using var workspace = Workspace();
        var db = await workspace.ServiceAsync("db");
        var container = Assert.IsType<ContainerRuntime>(db.Runtime);
        Assert.Equal("postgres:16", container.Image);
        Assert.Equal(["db-data:/var/lib/postgresql/data"], container.Volumes);
        Assert.Equal((20001, 5432), (db.Port, db.TargetPort));
        Assert.Equal("hunter2", db.Env["POSTGRES_PASSWORD"]);
        Assert.Equal("info", db.Env["LOG_LEVEL"]);
        Assert.Equal(["pg_isready", "-U", "postgres"], Assert.IsType<ExecProbe>(db.Health!.Probe).Command);
    }

    [Fact]
    public async Task A_task_waits_for_what_it_depends_on_and_is_not_restarted()
    {
        using var workspace = Workspace();
        var migrate = await workspace.ServiceAsync("migrate");
        Assert.Equal(WorkloadType.Task, migrate.Type);
        Assert.Equal([new Dependency("db", DependencyCondition.Healthy)], migrate.DependsOn);
        Assert.Equal(RestartMode.Never, migrate.Restart.Mode);
        Assert.Null(migrate.Port);
    }

    [Fact]
    public async Task A_process_has_its_command_policies_and_the_addresses_of_what_it_uses()
    {
        using var workspace = Workspace();
        var api = await workspace.ServiceAsync("api");
        var process = Assert.IsType<ProcessRuntime>(api.Runtime);
        Assert.Equal(["dotnet", "run", "api.cs"], process.Command);
        Assert.Equal(workspace.Folder, process.WorkingDirectory);
        Assert.Equal("Host=127.0.0.1;Port=20001", api.Env["DATABASE"]);
        Assert.Equal("http://127.0.0.1:20001", api.Env["services__db__http__0"]);
        Assert.DoesNotContain("services__migrate__http__0", api.Env.Keys);
        Assert.Equal(2, api.Replicas);
        Assert.Equal(new HttpProbe("/health"), api.Health!.Probe);
        Assert.Equal(TimeSpan.FromSeconds(5), api.Health.Interval);
        Assert.Equal(new RestartPolicy { Mode = RestartMode.OnFailure, BackoffMin = TimeSpan.FromSeconds(1), BackoffMax = TimeSpan.FromSeconds(30), MaxAttempts = 5 }, api.Restart);
        Assert.Equal(new StopPolicy { Signal = "SIGTERM", Grace = TimeSpan.FromSeconds(10) }, api.Stop);
        Assert.Equal(new Limits { Memory = 512L << 20, Cpus = 1.0, Pids = 256 }, api.Limits);
    }

    [Fact]
    public async Task A_site_is_a_folder_and_has_no_port_and_no_environment()
    {
        using var workspace = Workspace();
        var web = await workspace.ServiceAsync("web");
        Assert.Equal(Path.Combine(workspace.Folder, "public"), Assert.IsType<SiteRuntime>(web.Runtime).Root);
        Assert.Null(web.Port);
        Assert.Empty(web.Env);
    }

    [Fact]
    public async Task The_workspace_has_its_names_routes_and_identity()
    {
        using var workspace = Workspace();
        var spec = await workspace.SpecAsync();
        Assert.Equal(("shop", "shop.localhost", workspace.Folder), (spec.Name, spec.Domain, spec.Path));
        Assert.Equal(WorkspaceId.Of("test", workspace.Folder), spec.Id);
        Assert.Equal(Lifetime.Workspace, spec.Lifetime);
        Assert.Equal(["db", "migrate", "api", "web"], spec.Workloads.Select(workload => workload.Name));
        Assert.Equal([new RouteSpec { Path = "/api/*", Service = "api" }], spec.Routes);
    }

    [Fact]
    public async Task Sections_of_later_versions_are_warned_of_once_each()
    {
        using var workspace = Workspace();
        Assert.Equal(
            """
            gantry.toml:41:9: warning: proxy.upstreams is not available in this version and has no effect
            gantry.toml:49:2: warning: builds is not available in this version and has no effect
            gantry.toml:50:2: warning: code is not available in this version and has no effect

            """,
            await workspace.FaultsAsync());
    }

    internal static WorkspaceOnDisk Workspace()
    {
        var workspace = new WorkspaceOnDisk(Text) { StickyPorts = { ["db"] = 20001, ["api"] = 20002 } };
        workspace.Environment["DB_PASSWORD"] = "hunter2";
        return workspace;
    }
}
