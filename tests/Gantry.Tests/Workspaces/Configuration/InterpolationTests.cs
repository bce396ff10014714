using Gantry.Workloads;
using Gantry.Workloads.Probes;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

public sealed class InterpolationTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$NAME $1 $ $$ 100$", "$NAME $1 $ $$ 100$")]
    [InlineData("$${NAME}", "${NAME}")]
    [InlineData("$$${NAME}", "$${NAME}")]
    [InlineData("a ${NAME} b", "a value b")]
    [InlineData("${NAME}${NAME}", "valuevalue")]
    [InlineData("${EMPTY}", "")]
    [InlineData("${NAME:-other}", "value")]
    [InlineData("${EMPTY:-other}", "other")]
    [InlineData("${UNSET:-other}", "other")]
    [InlineData("${UNSET:-}", "")]
    [InlineData("${UNSET:-${ALSO_UNSET:-deep}}", "deep")]
    [InlineData("${UNSET:-a ${NAME} b}", "a value b")]
    [InlineData("${UNSET:-$${NAME}}", "${NAME}")]
    [InlineData("${UNSET:-$5}", "$5")]
    [InlineData("${NAME:-${ALSO_UNSET}}", "value")]
    [InlineData("${NAME:?must be set}", "value")]
    [InlineData("${workspace.name} ${workspace.domain}", "shop shop.localhost")]
    [InlineData("}", "}")]
    [InlineData("{${NAME}}", "{value}")]
    public async Task A_text_is_filled_in(string written, string expected)
    {
        using var workspace = new WorkspaceOnDisk($"services.web = {{ command = 'true', env = {{ A = '{written}' }} }}");
        workspace.Environment["NAME"] = "value";
        workspace.Environment["EMPTY"] = "";
        Assert.Equal(expected, (await workspace.ServiceAsync("web")).Env["A"]);
    }

    [Fact]
    public async Task A_value_that_was_filled_in_is_not_filled_in_again()
    {
        using var workspace = new WorkspaceOnDisk("services.web = { command = 'true', env = { A = '${NAME}' } }");
        workspace.Environment["NAME"] = "${HOME}";
        Assert.Equal("${HOME}", (await workspace.ServiceAsync("web")).Env["A"]);
    }

    [Fact]
    public async Task The_callers_environment_is_stronger_than_dot_env()
    {
        using var workspace = new WorkspaceOnDisk("services.web = { command = 'true', env = { A = '${A}', B = '${B}' } }");
        workspace.Write(".env", "A=from file\nB=from file\n");
        workspace.Environment["A"] = "from the caller";
        var web = await workspace.ServiceAsync("web");
        Assert.Equal(("from the caller", "from file"), (web.Env["A"], web.Env["B"]));
    }

    [Fact]
    public async Task Dot_env_feeds_interpolation_only()
    {
        using var workspace = new WorkspaceOnDisk("services.web.command = 'true'");
        workspace.Write(".env", "A=1\n");
        var web = await workspace.ServiceAsync("web");
        Assert.DoesNotContain("A", web.Env.Keys);
        Assert.DoesNotContain("A", web.InheritedEnv.Keys);
    }

    [Fact]
    public async Task References_stand_in_commands_folders_health_tests_images_volumes_and_users()
    {
        using var workspace = new WorkspaceOnDisk("""
            [services.p]
            command = ["${X}", "a ${X}"]
            workdir = "sub/${X}"
            user = "${X}"
            health = { http = "/${X}" }
            [services.c]
            image = "image:${X}"
            command = "run ${X}"
            entrypoint = ["/${X}"]
            volumes = ["./${X}:/data"]
            health = { exec = "test ${X}" }
            [services.l]
            type = "worker"
            command = "true"
            health = { log = "^ready ${X}$" }
            [services.s]
            site = "site-${X}"
            """);
        workspace.Environment["X"] = "value";
        var spec = await workspace.SpecAsync();
        var process = (ProcessRuntime)spec.Workloads[0].Runtime;
        Assert.Equal(["value", "a value"], process.Command);
        Assert.Equal((Path.Combine(workspace.Folder, "sub", "value"), "value"), (process.WorkingDirectory, process.User));
        Assert.Equal(new HttpProbe("/value"), spec.Workloads[0].Health!.Probe);
        var container = (ContainerRuntime)spec.Workloads[1].Runtime;
        Assert.Equal("image:value", container.Image);
        Assert.Equal(["/bin/sh", "-c", "run value"], container.Command);
        Assert.Equal(["/value"], container.Entrypoint);
        Assert.Equal([$"{workspace.Folder}/value:/data"], container.Volumes);
        Assert.Equal(["/bin/sh", "-c", "test value"], ((ExecProbe)spec.Workloads[1].Health!.Probe).Command);
        Assert.Equal(new LogProbe("^ready value$"), spec.Workloads[2].Health!.Probe);
        Assert.Equal(Path.Combine(workspace.Folder, "site-value"), ((SiteRuntime)spec.Workloads[3].Runtime).Root);
    }

    [Theory]
    [InlineData("command = 'x'", "port = 3000", "command = 'y'", "127.0.0.1 3000 http://127.0.0.1:3000")]
    [InlineData("command = 'x'", "", "command = 'y'", "127.0.0.1 20000 http://127.0.0.1:20000")]
    [InlineData("image = 'x'", "target_port = 80", "command = 'y'", "127.0.0.1 20000 http://127.0.0.1:20000")]
    [InlineData("image = 'x'", "target_port = 80", "image = 'y'", "db 80 http://db:80")]
    [InlineData("image = 'x'", "container_port = 80", "image = 'y'", "db 80 http://db:80")]
    [InlineData("command = 'x'", "target_port = 80", "image = 'y'", "db 80 http://db:80")]
    [InlineData("command = 'x'", "port = 3000", "image = 'y'", "db 3000 http://db:3000")]
    public async Task The_address_of_a_service_is_the_one_that_the_consumer_can_reach(string runtime, string ports, string consumer, string expected)
    {
        using var workspace = new WorkspaceOnDisk($$"""
            [services.db]
            {{runtime}}
            {{ports}}
            [services.web]
            {{consumer}}
            env = { A = "${services.db.host} ${services.db.port} ${services.db.url}" }
            """);
        var web = await workspace.ServiceAsync("web");
        Assert.Equal(expected, web.Env["A"]);
        Assert.Equal(expected.Split(' ')[2], web.Env["services__db__http__0"]);
    }

    [Fact]
    public async Task A_place_inside_a_string_counts_escapes_and_wide_characters()
    {
        using var workspace = new WorkspaceOnDisk("""services.web = { command = "😀\t\u0041 $${X} ${HOME} ${NOWHERE}" }""");
        var fault = await workspace.FaultAsync();
        Assert.Equal((1, 53), (fault.Line, fault.Column));
        Assert.Contains("NOWHERE", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defaults_nest_only_so_deep()
    {
        var deep = string.Concat(Enumerable.Repeat("${A:-", 100)) + new string('}', 100);
        using var workspace = new WorkspaceOnDisk($"services.web.command = 'echo {deep}'");
        Assert.Contains("16 deep", (await workspace.FaultAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_of_a_service_that_does_not_run_need_not_be_set()
    {
        using var workspace = new WorkspaceOnDisk("""
            [services.web]
            command = "true"
            [services.debug]
            command = "debug ${NOT_SET}"
            profiles = ["debug"]
            """);
        Assert.Equal("web", Assert.Single((await workspace.SpecAsync()).Workloads).Name);
        workspace.Profiles.Add("debug");
        Assert.Contains("NOT_SET", (await workspace.FaultAsync()).Message, StringComparison.Ordinal);
    }
}
