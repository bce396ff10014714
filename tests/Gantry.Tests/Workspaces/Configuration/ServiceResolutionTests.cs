using Gantry.Workloads;
using Gantry.Workloads.Probes;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

public sealed class ServiceResolutionTests
{
    [Fact]
    public async Task What_is_not_written_has_the_defaults_of_the_contracts()
    {
        using var workspace = new WorkspaceOnDisk("services.web = { command = 'serve', health = { notify = true } }");
        var web = await workspace.ServiceAsync("web");
        Assert.Equal(RestartPolicy.OnFailure, web.Restart);
        Assert.Equal(StopPolicy.Default, web.Stop);
        Assert.Equal(Limits.None, web.Limits);
        Assert.Equal(new HealthSpec { Probe = new NotifyProbe() }, web.Health);
        Assert.Equal((WorkloadType.Service, 1, Lifetime.Workspace, (int?)null), (web.Type, web.Replicas, web.Lifetime, web.TargetPort));
        Assert.Equal(["/bin/sh", "-c", "serve"], ((ProcessRuntime)web.Runtime).Command);
    }

    [Fact]
    public async Task A_container_without_further_keys_is_the_image_as_it_is()
    {
        using var workspace = new WorkspaceOnDisk("services.db.image = 'db'");
        var container = (ContainerRuntime)(await workspace.ServiceAsync("db")).Runtime;
        var standard = new ContainerRuntime { Image = "db" };
        Assert.Equal((null, null, null, null), (container.Command, container.Entrypoint, container.User, container.WorkingDirectory));
        Assert.Equal((standard.Init, standard.Pull, standard.ReadOnly, standard.Platform), (container.Init, container.Pull, container.ReadOnly, container.Platform));
    }

    [Theory]
    [InlineData("service", "", "OnFailure 1s..30s 5")]
    [InlineData("worker", "", "OnFailure 1s..30s 5")]
    [InlineData("task", "", "Never 1s..30s ")]
    [InlineData("task", "restart = 'on-failure'", "OnFailure 1s..30s 5")]
    [InlineData("service", "restart = 'always'", "Always 1s..30s ")]
    [InlineData("service", "restart = 'never'", "Never 1s..30s ")]
    [InlineData("service", "restart = { }", "OnFailure 1s..30s 5")]
    [InlineData("service", "restart = { max_attempts = 9 }", "OnFailure 1s..30s 9")]
    [InlineData("service", "restart = { max_attempts = 'unlimited' }", "OnFailure 1s..30s ")]
    [InlineData("service", "restart = { policy = 'always', backoff = '2s', max_attempts = 3 }", "Always 2s..2s 3")]
    [InlineData("service", "restart = { backoff = '500ms .. 1m' }", "OnFailure 0.5s..60s 5")]
    public async Task The_restart_policy_follows_the_type_and_what_is_written(string type, string restart, string expected)
    {
        using var workspace = new WorkspaceOnDisk($"[services.x]\ntype = '{type}'\ncommand = 'true'\n{restart}\n");
        var policy = (await workspace.ServiceAsync("x")).Restart;
        Assert.Equal(expected, FormattableString.Invariant($"{policy.Mode} {policy.BackoffMin.TotalSeconds}s..{policy.BackoffMax.TotalSeconds}s {policy.MaxAttempts}"));
    }

    [Theory]
    [InlineData("INT", "SIGINT")]
    [InlineData("sigusr1", "SIGUSR1")]
    [InlineData("SIGTERM", "SIGTERM")]
    public async Task A_signal_is_named_with_or_without_SIG(string written, string expected)
    {
        using var workspace = new WorkspaceOnDisk($"services.x = {{ command = 'true', stop.signal = '{written}' }}");
        Assert.Equal(expected, (await workspace.ServiceAsync("x")).Stop.Signal);
    }

    [Theory]
    [InlineData("tcp = true", "TcpProbe { Port =  }")]
    [InlineData("tcp = 99", "TcpProbe { Port = 99 }")]
    [InlineData("http = '/h', port = 81, status = 204", "HttpProbe { Path = /h, Port = 81, Status = 204 }")]
    [InlineData("log = 'ready (in|after) \\d+'", "LogProbe { Pattern = ready (in|after) \\d+ }")]
    [InlineData("notify = true", "NotifyProbe { }")]
    public async Task A_health_test_is_of_one_kind(string health, string expected)
    {
        using var workspace = new WorkspaceOnDisk($"services.x = {{ command = 'true', health = {{ {health} }} }}");
        Assert.Equal(expected, (await workspace.ServiceAsync("x")).Health!.Probe.ToString());
    }

    [Fact]
    public async Task A_list_of_dependencies_waits_for_healthy_where_there_is_a_health_test_and_else_for_started()
    {
        using var workspace = new WorkspaceOnDisk("""
            [services.web]
            command = "true"
            depends_on = ["db", "cache", "db"]
            [services.db]
            command = "true"
            health = { tcp = true }
            [services.cache]
            command = "true"
            """);
        Assert.Equal(
            [new Dependency("db", DependencyCondition.Healthy), new Dependency("cache", DependencyCondition.Started)],
            (await workspace.ServiceAsync("web")).DependsOn);
    }

    [Fact]
    public async Task Paths_begin_at_the_workspace_or_at_home()
    {
        using var workspace = new WorkspaceOnDisk("""
            [services.a]
            command = "true"
            workdir = "sub/../other/"
            [services.b]
            command = "true"
            workdir = "~/code"
            [services.c]
            command = "true"
            workdir = "/srv"
            [services.d]
            image = "d"
            workdir = "/app"
            volumes = ["data:/a", ".:/b", "../up:/c:ro", "~/x:/d", "/abs:/e:rw", "/anonymous"]
            ports = [8080, "9000:90"]
            """);
        var spec = await workspace.SpecAsync();
        Assert.Equal(
            [Path.Combine(workspace.Folder, "other"), "/home/somebody/code", "/srv"],
            spec.Workloads.Take(3).Select(workload => ((ProcessRuntime)workload.Runtime).WorkingDirectory));
        var container = (ContainerRuntime)spec.Workloads[3].Runtime;
        Assert.Equal("/app", container.WorkingDirectory);
        Assert.Equal(["data:/a", $"{workspace.Folder}:/b", $"{Path.GetDirectoryName(workspace.Folder)}/up:/c:ro", "/home/somebody/x:/d", "/abs:/e:rw", "/anonymous"], container.Volumes);
        Assert.Equal(["8080", "9000:90"], container.Ports);
    }

    [Theory]
    [InlineData("user = 1000", "1000")]
    [InlineData("user = 'www-data'", "www-data")]
    public async Task A_user_is_a_name_or_a_number(string user, string expected)
    {
        using var workspace = new WorkspaceOnDisk($"services.x = {{ command = 'true', {user} }}");
        Assert.Equal(expected, ((ProcessRuntime)(await workspace.ServiceAsync("x")).Runtime).User);
    }

    [Fact]
    public async Task A_sticky_port_is_asked_for_once_for_each_that_listens_and_names_none()
    {
        using var workspace = new WorkspaceOnDisk("""
            [services.a]
            command = "true"
            env = { B = "${services.b.port} ${services.b.url}" }
            [services.b]
            command = "true"
            [services.c]
            command = "true"
            port = 3000
            [services.w]
            type = "worker"
            command = "true"
            [services.s]
            site = "public"
            """);
        await workspace.SpecAsync();
        Assert.Equal(["a", "b"], workspace.Asked.Order());
    }

    [Fact]
    public async Task No_port_is_asked_for_while_anything_is_wrong()
    {
        using var workspace = new WorkspaceOnDisk("secrets.a.env = 'NOT_SET'\nservices.a = { command = 'true', env = { A = '${secret.a}' } }");
        Assert.Null((await workspace.LoadAsync()).Workspace);
        Assert.Empty(workspace.Asked);
    }

    [Fact]
    public async Task The_lifetime_of_the_workspace_is_that_of_all_its_workloads()
    {
        using var workspace = new WorkspaceOnDisk("workspace.lifetime = 'daemon'\nservices.x.command = 'true'");
        var spec = await workspace.SpecAsync();
        Assert.Equal((Lifetime.Daemon, Lifetime.Daemon), (spec.Lifetime, spec.Workloads[0].Lifetime));
    }

    [Fact]
    public async Task An_order_of_keys_and_headers_makes_no_difference()
    {
        using var workspace = new WorkspaceOnDisk("""
            [services.web.health]
            interval = "5s"
            http = "/"
            [services.web.env]
            A = "1"
            [services.web]
            command = "true"
            """);
        var web = await workspace.ServiceAsync("web");
        Assert.Equal(("1", TimeSpan.FromSeconds(5)), (web.Env["A"], web.Health!.Interval));
    }
}
