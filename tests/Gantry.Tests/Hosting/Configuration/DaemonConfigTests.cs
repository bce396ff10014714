using System.Collections.Immutable;
using Gantry.Daemon.Hosting.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gantry.Tests.Hosting.Configuration;

public sealed class DaemonConfigTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-test-").FullName;
    private readonly Dictionary<string, string> _environment = [];
    private readonly Dictionary<string, Flag> _flags = [];

    public DaemonConfigTests()
    {
        Directory.CreateDirectory(Path.Combine(_root, "here"));
        _environment["HOME"] = Path.Combine(_root, "user");
    }

    [Fact]
    public async Task Without_a_file_every_setting_is_a_default()
    {
        var result = await LoadAsync();
        Assert.Empty(result.Diagnostics);
        Assert.Null(result.Path);
        var config = result.Config;
        Assert.True(config.Server.Value.Http.IsDefault);
        Assert.Equal(["127.0.0.1:8080", "127.0.0.1:8443", "127.0.0.1:4400"], new[] { config.Server.Value.Http, config.Server.Value.Https, config.Server.Value.Api }.Select(door => $"{door.Value}"));
        Assert.Equal((TlsMode.Internal, "auto", LogLevel.Information, LogFormat.Text), (config.Tls.Value.Mode.Value, config.Docker.Value.Host.Value, config.Logs.Value.Level.Value, config.Logs.Value.Format.Value));
        Assert.Equal((10L << 20, 5, CgroupMode.Auto), (config.Logs.Value.MaxSize.Value, config.Logs.Value.MaxFiles.Value, config.Processes.Value.Cgroups.Value));
        Assert.Equal((new PortRange(20000, 29999), new IdleExit(TimeSpan.FromMinutes(10))), (config.Ports.Value.Range.Value, config.Daemon.Value.IdleExit.Value));
    }

    [Fact]
    public async Task Each_layer_is_stronger_than_the_one_before()
    {
        Write("home/gantryd.toml", """
            [server]
            http = "127.0.0.1:1"
            https = "127.0.0.1:1"
            api = "127.0.0.1:1"
            [logs]
            max_files = 1
            """);
        Write("here/.env", "GANTRY_HTTPS=127.0.0.1:2\nGANTRY_API=127.0.0.1:2\nGANTRY_LOG_MAX_FILES=2\nOTHER=x\n");
        _environment["GANTRY_API"] = "127.0.0.1:3";
        _environment["GANTRY_LOG_MAX_FILES"] = "3";
        _flags["logs.max_files"] = new("--log-files", "4");
        var config = (await LoadAsync()).Config;
        Assert.Equal([1, 2, 3], new[] { config.Server.Value.Http, config.Server.Value.Https, config.Server.Value.Api }.Select(door => door.Value.Port));
        Assert.Equal(4, config.Logs.Value.MaxFiles.Value);
        Assert.Equal(
            [$"{_root}/home/gantryd.toml:2:8", $"{_root}/here/.env:1:1, GANTRY_HTTPS", "environment variable GANTRY_API", "option --log-files", "default"],
            new[] { config.Server.Value.Http.Origin, config.Server.Value.Https.Origin, config.Server.Value.Api.Origin, config.Logs.Value.MaxFiles.Origin, config.Logs.Value.MaxSize.Origin }.Select(origin => $"{origin}"));
    }

    [Fact]
    public async Task Every_variable_sets_its_key()
    {
        var values = new Dictionary<string, string>
        {
            ["GANTRY_HTTP"] = "127.0.0.1:0",
            ["GANTRY_HTTPS"] = "off",
            ["GANTRY_API"] = "[::1]:4401",
            ["GANTRY_TLS_MODE"] = "off",
            ["GANTRY_DOCKER_HOST"] = "unix:///run/docker.sock",
            ["GANTRY_LOG_LEVEL"] = "debug",
            ["GANTRY_LOG_FORMAT"] = "json",
            ["GANTRY_LOG_MAX_SIZE"] = "64KiB",
            ["GANTRY_LOG_MAX_FILES"] = "7",
            ["GANTRY_CGROUPS"] = "off",
            ["GANTRY_PORTS"] = "30000-30099",
            ["GANTRY_IDLE_EXIT"] = "off",
        };
        foreach (var (name, value) in values)
        {
            _environment[name] = value;
        }

        var result = await LoadAsync();
        Assert.Contains("warning: docker.host", Assert.Single(result.Diagnostics).ToString(), StringComparison.Ordinal);
        var shown = result.View.ToToml(provenance: true);
        Assert.All(values, pair => Assert.Matches($"= \"?{System.Text.RegularExpressions.Regex.Escape(pair.Value)}\"? +# environment variable {pair.Key}\n", shown));
        Assert.Equal(values.Keys.Order(), Variables().Order());
    }

    [Theory]
    [InlineData("server.https = '127.0.0.1:18443'", "gantryd.toml:1:16: warning: server.https: TLS at the edge is not available in this version; nothing listens there")]
    [InlineData("tls.mode = 'internal'", "gantryd.toml:1:12: warning: tls.mode: TLS at the edge is not available in this version")]
    [InlineData("docker.host = 'auto'", "gantryd.toml:1:15: warning: docker.host: containers are not available in this version")]
    public async Task What_is_written_and_not_there_yet_is_said_to_be_so(string written, string warning)
    {
        Write("home/gantryd.toml", written);
        Assert.EndsWith(warning, Assert.Single((await LoadAsync()).Diagnostics).ToString(), StringComparison.Ordinal);
        Write("home/gantryd.toml", "server.https = 'off'\ntls.mode = 'off'\n");
        Assert.Empty((await LoadAsync()).Diagnostics);
    }

    [Theory]
    [InlineData("0.0.0.0:4400", "127.0.0.1:4400")]
    [InlineData("[::]:0", "127.0.0.1:0")]
    [InlineData("192.0.2.1:1", "127.0.0.1:1")]
    public async Task An_api_that_would_be_open_to_others_is_a_fault_of_the_settings(string address, string instead)
    {
        _environment["GANTRY_API"] = address;
        var result = await LoadAsync();
        Assert.True(result.HasErrors);
        Assert.Equal(
            $"environment variable GANTRY_API: error: server.api: \"{address}\" would open the API beyond this machine, and this version cannot ask its callers who they are (bind it to {instead})",
            Assert.Single(result.Diagnostics).ToString());
        _environment["GANTRY_API"] = "[::1]:4400";
        _environment["GANTRY_HTTP"] = address;
        Assert.Empty((await LoadAsync()).Diagnostics);
    }

    [Fact]
    public async Task An_empty_variable_says_nothing()
    {
        _environment["GANTRY_HTTP"] = "";
        var result = await LoadAsync();
        Assert.True(result.Config.Server.Value.Http.IsDefault);
        Assert.Empty(result.Diagnostics);
    }

    [Fact]
    public async Task The_named_file_then_the_homes_the_users_and_the_machines_file_is_read()
    {
        Write("etc/gantry/gantryd.toml", "");
        Assert.Equal($"{_root}/etc/gantry/gantryd.toml", (await LoadAsync()).Path);
        Write("user/.config/gantry/gantryd.toml", "");
        Assert.Equal($"{_root}/user/.config/gantry/gantryd.toml", (await LoadAsync()).Path);
        Write("xdg/gantry/gantryd.toml", "");
        _environment["XDG_CONFIG_HOME"] = Path.Combine(_root, "xdg");
        Assert.Equal($"{_root}/xdg/gantry/gantryd.toml", (await LoadAsync()).Path);
        Write("home/gantryd.toml", "");
        Assert.Equal($"{_root}/home/gantryd.toml", (await LoadAsync()).Path);
        Write("here/my.toml", "");
        Assert.Equal($"{_root}/here/my.toml", (await LoadAsync("my.toml")).Path);
    }

    [Fact]
    public async Task A_named_file_that_is_not_there_is_a_fault()
    {
        var result = await LoadAsync("nothing.toml");
        Assert.True(result.HasErrors);
        Assert.StartsWith($"{_root}/here/nothing.toml: error: the file does not exist", Assert.Single(result.Diagnostics).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_fault_of_every_layer_is_in_one_report()
    {
        Write("home/gantryd.toml", """
            [server]
            htpp = "x"
            http = "8080"
            https = ":8443"
            api = "localhost.example:4400"
            [logs]
            level = "verbose"
            max_size = "10"
            max_files = 0
            [ports]
            range = "30000-20000"
            [processes]
            cgroups = true
            [docker]
            host = "/var/run/docker.sock"
            [daemon]
            idle_exit = "10"
            [tls]
            mode = "acme"
            [jobs]
            store = "sqlite"
            [[proxy.routes]]
            [servr]
            """);
        Write("here/.env", "GANTRY_PORTS=many\nnonsense\n");
        _environment["GANTRY_API"] = "[::1]:99999";
        _flags["server.http"] = new("--http", "nowhere");
        var result = await LoadAsync();
        Assert.Equal(
            """
            gantryd.toml:2:1: error: unknown key htpp in server (did you mean "http"?)
            gantryd.toml:3:8: error: server.http: expected an address and port such as "127.0.0.1:8080", or "off", found the string "8080" (say which interface: "127.0.0.1:8080" for this machine, "0.0.0.0:8080" for everybody)
            gantryd.toml:4:9: error: server.https: expected an address and port such as "127.0.0.1:8080", or "off", found the string ":8443" (say which interface: "127.0.0.1:8443" for this machine, "0.0.0.0:8443" for everybody)
            gantryd.toml:5:7: error: server.api: expected an address and port such as "127.0.0.1:8080", or "off", found the string "localhost.example:4400" (a door has an address, not a name; IPv6 addresses stand in brackets: "[::1]:8080")
            gantryd.toml:7:9: error: logs.level: expected "trace", "debug", "info", "warning" or "error", found the string "verbose"
            gantryd.toml:8:12: error: logs.max_size: expected a size from 64KiB to 1TiB, such as "512MiB", or a number of bytes, found the string "10" (add a unit, "10MiB", or write bytes without quotes)
            gantryd.toml:9:13: error: logs.max_files: expected an integer from 1 to 1000, found the integer 0
            gantryd.toml:11:9: error: ports.range: expected a range of ports from 1 to 65535, such as "20000-29999", found the string "30000-20000" (the lower port comes first)
            gantryd.toml:13:11: error: processes.cgroups: expected "auto" or "off", found the boolean true
            gantryd.toml:15:8: error: docker.host: expected "auto", or the engine's address such as "unix:///var/run/docker.sock", found the string "/var/run/docker.sock" (addresses begin with unix://, tcp:// or npipe://)
            gantryd.toml:17:13: error: daemon.idle_exit: expected a duration from 1s to 30d, such as "10s" or "1m30s", or "off", found the string "10" (add a unit: "10s")
            gantryd.toml:19:8: warning: tls.mode: TLS at the edge is not available in this version
            gantryd.toml:20:2: warning: jobs is not available in this version and has no effect
            gantryd.toml:22:3: warning: proxy is not available in this version and has no effect
            gantryd.toml:23:2: error: unknown key servr (did you mean "server"?)
            .env:1:1: error: ports.range: expected a range of ports from 1 to 65535, such as "20000-29999", found the string "many"
            .env:2:9: warning: expected NAME=value (names have letters, digits and _; comments begin with #)
            environment variable GANTRY_API: error: server.api: expected an address and port such as "127.0.0.1:8080", or "off", found the string "[::1]:99999" (the port is a number from 0 to 65535, 0 meaning any that is free)
            option --http: error: server.http: expected an address and port such as "127.0.0.1:8080", or "off", found the string "nowhere" (the port is a number from 0 to 65535, 0 meaning any that is free)
            """,
            string.Join('\n', result.Diagnostics.OrderBy(d => d.File.EndsWith(".toml", StringComparison.Ordinal) ? 0 : d.File.EndsWith(".env", StringComparison.Ordinal) ? 1 : 2))
                .Replace($"{_root}/home/", "", StringComparison.Ordinal).Replace($"{_root}/here/", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("127.0.0.1:0", "127.0.0.1:0", true)]
    [InlineData("localhost:80", "127.0.0.1:80", true)]
    [InlineData("127.9.9.9:80", "127.9.9.9:80", true)]
    [InlineData("[::1]:80", "[::1]:80", true)]
    [InlineData("0.0.0.0:80", "0.0.0.0:80", false)]
    [InlineData("[::]:65535", "[::]:65535", false)]
    [InlineData("off", "off", false)]
    public void A_door_is_an_address_and_a_port_or_off(string text, string expected, bool loopback)
    {
        Assert.True(DoorAddress.TryRead(text, out var door, out _));
        Assert.Equal((expected, loopback, text != "off"), ($"{door}", door.IsLoopback, door.IsOpen));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8080")]
    [InlineData(":8080")]
    [InlineData("::1:8080")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("example.com:80")]
    [InlineData("OFF")]
    public void Anything_else_is_none(string text) => Assert.False(DoorAddress.TryRead(text, out _, out _));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static IEnumerable<string> Variables() =>
        new[] { DaemonKeys.Server.Select(key => key.Facets.Variable), DaemonKeys.Tls.Select(key => key.Facets.Variable), DaemonKeys.Docker.Select(key => key.Facets.Variable), DaemonKeys.Logs.Select(key => key.Facets.Variable), DaemonKeys.Processes.Select(key => key.Facets.Variable), DaemonKeys.Ports.Select(key => key.Facets.Variable), DaemonKeys.Daemon.Select(key => key.Facets.Variable) }
            .SelectMany(variables => variables).OfType<string>();

    private void Write(string name, string text)
    {
        var path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private Task<DaemonConfigResult> LoadAsync(string? named = null) => DaemonConfigLoader.LoadAsync(
        new DaemonConfigSources
        {
            ConfigPath = named,
            Home = Path.Combine(_root, "home"),
            WorkingDirectory = Path.Combine(_root, "here"),
            Environment = _environment,
            Flags = _flags.ToImmutableDictionary(),
            SystemFolder = Path.Combine(_root, "etc"),
        },
        TestContext.Current.CancellationToken);
}
