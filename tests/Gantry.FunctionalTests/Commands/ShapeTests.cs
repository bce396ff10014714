using System.Text.Json;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Commands;

/// <summary>What programs read: the shapes that the issue fixes, and JSON from every command that is asked for it.</summary>
public sealed class ShapeTests : GantryTest
{
    private static readonly string Shop = $$"""
        [services.api]
        command  = {{TestWorkspace.Run("serve")}}
        replicas = 2
        [services.migrate]
        type    = "task"
        command = "exit 0"
        [services.work]
        type    = "worker"
        command = "exec sleep 1000"
        [services.web]
        site = "public"
        """;

    [Fact]
    public async Task Status_has_exactly_the_shape_of_the_issue()
    {
        var shop = await UpAsync();
        var status = (await shop.DoAsync(Ct, "status", "--json")).Json();
        Assert.Equal(["workspace", "path", "services"], Keys(status).Take(3));
        Assert.Equal(("shop", shop.Folder), (status.GetProperty("workspace").GetString(), status.GetProperty("path").GetString()));
        var services = status.GetProperty("services").EnumerateArray().ToDictionary(service => service.GetProperty("name").GetString()!);
        Assert.Equal(["api", "migrate", "web", "work"], services.Keys.Order(StringComparer.Ordinal));
        foreach (var service in services.Values)
        {
            Assert.Equal(["name", "type", "runtime", "state", "health", "ready", "reason", "url", "port", "replicas"], Keys(service));
            Assert.NotEmpty(service.GetProperty("reason").GetString()!);
            Assert.All(service.GetProperty("replicas").EnumerateArray(), replica => Assert.Subset(
                new HashSet<string> { "index", "state", "health", "pid", "container", "restarts", "exit", "ready", "reason" },
                Keys(replica).ToHashSet()));
        }

        Assert.Equal(("service", "process", "running"), Kind(services["api"]));
        Assert.Equal(("task", "process", "completed"), Kind(services["migrate"]));
        Assert.Equal(("worker", "process", "running"), Kind(services["work"]));
        Assert.Equal("site", services["web"].GetProperty("runtime").GetString());
        var replicas = services["api"].GetProperty("replicas").EnumerateArray().ToList();
        Assert.Equal([0, 1], replicas.Select(replica => replica.GetProperty("index").GetInt32()));
        Assert.All(replicas, replica => Assert.NotNull(HostProcess.Find(replica.GetProperty("pid").GetInt32())));
        Assert.Equal(0, services["migrate"].GetProperty("replicas")[0].GetProperty("exit").GetInt32());
        Assert.Equal(JsonValueKind.Null, services["work"].GetProperty("port").ValueKind);
        Assert.StartsWith("http://api.shop.localhost:", services["api"].GetProperty("url").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_names_the_daemon_the_home_and_the_doors()
    {
        await Home.ServeAsync(Ct);
        var doctor = (await Home.Cli.RunAsync(["doctor", "--json"], Ct)).ShouldExit(0).Json();
        var daemon = doctor.GetProperty("daemon");
        Assert.Equal(Home.Path, daemon.GetProperty("home").GetString());
        Assert.Contains("serve", HostProcess.Find(daemon.GetProperty("pid").GetInt32())!.CommandLine, StringComparison.Ordinal);
        var doors = doctor.GetProperty("doors").EnumerateArray().ToDictionary(door => door.GetProperty("name").GetString()!, door => door.GetProperty("address").GetString()!);
        Assert.Equal(Home.File("gantry.sock"), doors["socket"]);
        Assert.Equal(200, (await Web.GetAsync($"http://{doors["api"]}/health/live", Ct)).Status);
        Assert.Equal(404, (await Web.GetAsync($"http://{doors["edge"]}/", Ct)).Status);
        Assert.All(doctor.GetProperty("checks").EnumerateArray(), check => Assert.NotEmpty(check.GetProperty("message").GetString()!));
    }

    [Fact]
    public async Task Every_command_speaks_json_and_nothing_else_where_asked()
    {
        var shop = await UpAsync();
        foreach (var line in (string[][])
        [
            ["up"], ["up", "--dry-run"], ["status"], ["status", "--all"], ["why"], ["why", "api"], ["doctor"], ["version"], ["--version"], ["wait", "api"], ["stop", "work"], ["start", "work"],
            ["restart", "work"], ["config", "validate"], ["config", "show"], ["config", "schema"], ["open", "web"], ["daemon", "status"], ["down"], ["down"],
        ])
        {
            var result = await shop.DoAsync(Ct, [.. line, "--json"]);
            Assert.NotEqual(JsonValueKind.Undefined, result.Json().ValueKind);
        }

        var log = (await Home.Cli.RunAsync(["daemon", "logs", "--json"], Ct)).ShouldExit(0).Stdout;
        Assert.All(LiveWorkspace.Lines(log), line => Assert.NotEmpty(JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!));
        foreach (var line in (string[][])[["restart", "nobody"], ["logs", "nobody"], ["exec", "nobody", "true"], ["wait", "nobody"]])
        {
            var result = await shop.RunAsync(Ct, ["--json", .. line]);
            Assert.NotEqual(0, result.ExitCode);
            Assert.NotEmpty(result.Json().GetProperty("detail").GetString()!);
            Assert.NotEmpty(result.Json().GetProperty("code").GetString()!);
        }
    }

    private async Task<LiveWorkspace> UpAsync()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.Files.WriteAsync("public/index.html", "hello", Ct);
        await shop.UpAsync(Ct);
        return shop;
    }

    private static (string?, string?, string?) Kind(JsonElement service) => (service.GetProperty("type").GetString(), service.GetProperty("runtime").GetString(), service.GetProperty("state").GetString());

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
