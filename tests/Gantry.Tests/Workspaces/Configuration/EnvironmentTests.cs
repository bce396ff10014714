using Gantry.Daemon.Workspaces;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

public sealed class EnvironmentTests
{
    [Fact]
    public async Task Each_layer_is_stronger_than_the_one_before()
    {
        using var workspace = new WorkspaceOnDisk("""
            [env]
            A = "env"
            B = "env"
            C = "env"
            D = "env"
            [services.web]
            command = "true"
            env_file = ["one.env", "two.env"]
            env = { D = "service" }
            """);
        workspace.Write("one.env", "B=one\nC=one\nD=one\n");
        workspace.Write("two.env", "C=two\nD=two\n");
        var env = (await workspace.ServiceAsync("web")).Env;
        Assert.Equal(["env", "one", "two", "service"], env.Values);
    }

    [Fact]
    public async Task Numbers_and_booleans_become_the_text_that_they_are_written_as()
    {
        using var workspace = new WorkspaceOnDisk("""
            services.web = { command = "true", env = { A = 1_000, B = 1.50, C = true, D = 0x1F, E = -0.0, F = 1e3, G = inf, H = "" } }
            """);
        var env = (await workspace.ServiceAsync("web")).Env;
        Assert.Equal(["1000", "1.50", "true", "31", "-0.0", "1e3", "inf", ""], env.Values);
    }

    [Fact]
    public async Task Values_of_an_env_file_are_literal()
    {
        using var workspace = new WorkspaceOnDisk("services.web = { command = 'true', env_file = 'web.env' }");
        workspace.Write("web.env", "A=${HOME} $X\n");
        Assert.Equal("${HOME} $X", (await workspace.ServiceAsync("web")).Env["A"]);
    }

    [Fact]
    public async Task Faults_of_an_env_file_have_their_places_in_it()
    {
        using var workspace = new WorkspaceOnDisk("services.web = { command = 'true', env_file = 'config/web.env' }");
        workspace.Write("config/web.env", "A=1\nnonsense\n");
        var fault = await workspace.FaultAsync();
        Assert.Equal(("config/web.env", 2, 9), (fault.File, fault.Line, fault.Column));
    }

    [Fact]
    public async Task Faults_of_dot_env_have_their_places_in_it()
    {
        using var workspace = new WorkspaceOnDisk("services.web.command = 'true'");
        workspace.Write(".env", "A='x\n");
        var fault = await workspace.FaultAsync();
        Assert.Equal((".env", 1, 3), (fault.File, fault.Line, fault.Column));
    }

    [Fact]
    public async Task The_inherited_environment_is_the_callers_without_what_shells_set_for_themselves()
    {
        using var workspace = new WorkspaceOnDisk("services.a.command = 'true'\nservices.b.command = 'true'");
        foreach (var name in new[] { "_", "SHLVL", "PWD", "OLDPWD", "LANG" })
        {
            workspace.Environment[name] = "x";
        }

        var spec = await workspace.SpecAsync();
        Assert.Equal(["HOME", "LANG", "PATH"], spec.InheritedEnv.Keys.Order());
        Assert.All(spec.Workloads, workload => Assert.Same(spec.InheritedEnv, workload.InheritedEnv));
    }

    [Fact]
    public async Task A_service_is_told_the_addresses_of_what_it_depends_on_or_refers_to()
    {
        using var workspace = new WorkspaceOnDisk("""
            [services.web]
            command = "true"
            port = 3000
            depends_on = { api = "started", queue = "started" }
            env = { SELF = "${services.web.port}", CACHE = "${services.cache.port}" }
            [services.api]
            command = "true"
            port = 3001
            [services.cache]
            command = "true"
            port = 3002
            [services.queue]
            type = "worker"
            command = "true"
            [services.stranger]
            command = "true"
            port = 3003
            """);
        Assert.Equal(
            ["services__api__http__0=http://127.0.0.1:3001", "services__cache__http__0=http://127.0.0.1:3002"],
            (await workspace.ServiceAsync("web")).Env.Where(pair => pair.Key.StartsWith("services__", StringComparison.Ordinal)).Select(pair => $"{pair.Key}={pair.Value}"));
    }

    [Fact]
    public async Task What_a_variable_of_everybody_refers_to_is_injected_into_everybody()
    {
        using var workspace = new WorkspaceOnDisk("""
            env = { API = "${services.api.url}" }
            [services.web]
            command = "true"
            [services.api]
            command = "true"
            port = 3001
            """);
        Assert.Equal("http://127.0.0.1:3001", (await workspace.ServiceAsync("web")).Env["services__api__http__0"]);
        Assert.DoesNotContain("services__api__http__0", (await workspace.ServiceAsync("api")).Env.Keys);
    }

    [Fact]
    public async Task PORT_by_hand_is_a_warning_for_what_listens_and_nothing_for_a_worker()
    {
        using var workspace = new WorkspaceOnDisk("env.PORT = 80\nservices.w = { type = 'worker', command = 'true' }");
        Assert.Equal("", await workspace.FaultsAsync());
        workspace.Write("gantry.toml", "env.PORT = 80\nservices.w = { command = 'true' }");
        var fault = await workspace.FaultAsync();
        Assert.Equal((DiagnosticSeverity.Warning, 1, 12), (fault.Severity, fault.Line, fault.Column));
    }

    [Fact]
    public async Task A_value_with_a_zero_character_is_refused()
    {
        using var workspace = new WorkspaceOnDisk("""services.web = { command = "true", env = { A = "a\u0000b" } }""");
        Assert.Contains("U+0000", (await workspace.FaultAsync()).Message, StringComparison.Ordinal);
    }
}
