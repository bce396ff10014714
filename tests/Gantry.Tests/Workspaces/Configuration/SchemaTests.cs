using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Daemon.Workspaces.Configuration.Checks;
using Gantry.Tests.Conventions;
using Gantry.Toml;
using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

public sealed class SchemaTests
{
    [Fact]
    public void The_schema_of_workspaces_is_approved() => Approved.Verify("gantry-schema", WorkspaceSchema.ToJson());

    [Fact]
    public void The_schema_of_daemons_is_approved() => Approved.Verify("gantryd-schema", DaemonSchema.ToJson());

    [Fact]
    public void Every_example_is_valid_under_its_schema()
    {
        Assert.All(
            DocumentationTests.Examples("gantry.toml").Append(DesignExampleTests.Text).Concat(RepositoryExamples()),
            example => Assert.Empty(SchemaCheck.Faults(WorkspaceSchema.ToJson(), TomlDocument.Parse(example).Root)));
        Assert.All(
            DocumentationTests.Examples("gantryd.toml"),
            example => Assert.Empty(SchemaCheck.Faults(DaemonSchema.ToJson(), TomlDocument.Parse(example).Root)));
    }

    [Theory]
    [InlineData("services.web = { command = 'x', prot = 1 }", "services.web.prot")]
    [InlineData("services.web = { command = 'x', port = 'x' }", "services.web.port")]
    [InlineData("services.web = { command = 'x', port = 70000 }", "services.web.port")]
    [InlineData("services.web = { command = 'x', type = 'x' }", "services.web.type")]
    [InlineData("services.web = { command = [] }", "services.web.command")]
    [InlineData("services.web = { command = 'x', health = { http = '/', interval = '5' } }", "services.web.health.interval")]
    [InlineData("services.web = { command = 'x', health = { http = '/', tcp = true } }", "services.web.health")]
    [InlineData("services.web = { command = 'x', limits = { memory = '5 bytes' } }", "services.web.limits.memory")]
    [InlineData("services.web = { }", "services.web")]
    [InlineData("servces = { }", "servces")]
    [InlineData("workspace = { name = '-x' }", "workspace.name")]
    [InlineData("services.'web shop' = { command = 'x' }", "services.web shop")]
    [InlineData("services.web = { command = 'x', site = 'y' }", "services.web")]
    [InlineData("services.web = { site = 'y', replicas = 2 }", "services.web.replicas")]
    [InlineData("services.web = { command = 'x', read_only = true }", "services.web.read_only")]
    [InlineData("services.web = { site = 'y', container_port = 80 }", "services.web.container_port")]
    [InlineData("services.web = { command = 'x', profiles = ['a b'] }", "services.web.profiles[0]")]
    [InlineData("services.web = { command = 'x', stop = { signal = 'SIGTURM' } }", "services.web.stop.signal")]
    [InlineData("services.web = { command = 'x', health = { tcp = true, status = 200 } }", "services.web.health.status")]
    [InlineData("proxy.routes = [{ path = '/' }]", "proxy.routes[0]")]
    [InlineData("proxy.routes = [{ pth = '/', service = 'web' }]", "proxy.routes[0].pth")]
    [InlineData("proxy.routes = [{ path = 'api', service = 'web' }]", "proxy.routes[0].path")]
    [InlineData("proxy.routes = [{ path = '/api*', service = 'web' }]", "proxy.routes[0].path")]
    [InlineData("proxy.routes = [{ host = '*.shop.localhost', service = 'web' }]", "proxy.routes[0].host")]
    [InlineData("proxy.routes = [{ host = 'shop.localhost:8080', service = 'web' }]", "proxy.routes[0].host")]
    [InlineData("proxy.routes = [{ path = 'later', redirect = '/' }]", "proxy.routes[0].path")]
    [InlineData("workspace.domain = 'http://shop.localhost'", "workspace.domain")]
    public void The_schema_refuses_what_the_binder_refuses(string text, string place) =>
        Assert.Equal([place], SchemaCheck.Faults(WorkspaceSchema.ToJson(), TomlDocument.Parse(text).Root));

    [Theory]
    [InlineData("services.web = { command = 'x', image = 'y', read_only = true, replicas = 2 }")]
    [InlineData("services.web = { command = 'x', stop = { signal = ' sigTerm' } }")]
    [InlineData("services.web = { command = 'x', stop = { signal = 'usr1' } }")]
    [InlineData("proxy.routes = [{ redirect = 'later' }]")]
    [InlineData("proxy.routes = [{ path = '/', service = 'web' }, { path = '/*', service = 'web' }, { path = '/api/*', host = 'Shop_1.localhost', service = 'web' }]")]
    [InlineData("workspace.domain = 'localhost'")]
    public void It_takes_what_the_binder_takes(string text) =>
        Assert.Empty(SchemaCheck.Faults(WorkspaceSchema.ToJson(), TomlDocument.Parse(text).Root));

    [Fact]
    public void Its_pattern_of_names_is_the_rule_of_names() =>
        Prop.ForAll<NonNull<string>, byte>((text, length) => new[] { text.Get, "a" + text.Get, new string('a', length), "a-_9" + text.Get.Length }
            .All(name => Regex.IsMatch(name, WorkloadName.Pattern, RegexOptions.ECMAScript) == WorkloadName.IsValid(name) || name.EndsWith('\n'))).QuickCheckThrowOnFailure();

    [Fact]
    public void Its_pattern_of_paths_is_the_rule_of_paths() =>
        Prop.ForAll(Texts("/a*?# \t\n-.é"), text => new[] { text, "/" + text, "/a" + text, $"/{text}/*" }
            .All(path => Regex.IsMatch(path, RouteChecks.PathPattern, RegexOptions.ECMAScript) == (RouteChecks.FaultOf(path) is null) || path.EndsWith('\n'))).QuickCheckThrowOnFailure();

    [Fact]
    public void Its_pattern_of_hosts_is_the_rule_of_hosts() =>
        Prop.ForAll(Texts("aZ09-_..é: *"), text => new[] { text, "a" + text, $"a.{text}a" }.All(IsHostOfBoth)).QuickCheckThrowOnFailure();

    [Fact]
    public void So_it_is_of_long_ones() => Assert.All(
        Enumerable.Range(1, 260).SelectMany(length => new[] { new string('a', length), Labels(length, 61), Labels(length, 63) }),
        host => Assert.True(IsHostOfBoth(host), $"{host.Length}: {host}"));

    [Fact]
    public void Every_key_of_the_schema_says_what_it_means()
    {
        Assert.All(Properties(JsonNode.Parse(WorkspaceSchema.ToJson())!).Concat(Properties(JsonNode.Parse(DaemonSchema.ToJson())!)), pair => Assert.NotNull(pair.Value!["description"]));
    }

    [Fact]
    public void Defaults_are_in_the_schema()
    {
        var service = JsonNode.Parse(WorkspaceSchema.ToJson())!["properties"]!["services"]!["additionalProperties"]!["properties"]!;
        Assert.Equal("service", service["type"]!["default"]!.GetValue<string>());
        Assert.Equal("SIGTERM", service["stop"]!["properties"]!["signal"]!["default"]!.GetValue<string>());
        Assert.Equal("1s..30s", service["restart"]!["anyOf"]![0]!["properties"]!["backoff"]!["default"]!.GetValue<string>());
        Assert.Null(service["port"]!["default"]);
    }

    /// <summary>Short texts of the characters on which a rule turns: of any others hardly one would be sound.</summary>
    private static Arbitrary<string> Texts(string characters) =>
        (from length in Gen.Choose(0, 4) from text in Gen.Elements(characters.ToCharArray()).ArrayOf(length) select new string(text)).ToArbitrary();

    private static bool IsHostOfBoth(string host) => Regex.IsMatch(host, WorkspaceNames.HostNamePattern, RegexOptions.ECMAScript) == WorkspaceNames.IsHostName(host);

    /// <summary>A host name of a length, in labels of another.</summary>
    private static string Labels(int length, int each) => string.Concat(Enumerable.Range(1, length).Select(index => index % (each + 1) == 0 ? '.' : 'a'));

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Properties(JsonNode node) => node switch
    {
        JsonObject table => (table["properties"]?.AsObject() ?? []).Concat(table.Where(pair => pair.Value is not null).SelectMany(pair => Properties(pair.Value!))),
        JsonArray list => list.Where(item => item is not null).SelectMany(item => Properties(item!)),
        _ => [],
    };

    private static IEnumerable<string> RepositoryExamples() => Repository.Files("examples", "/gantry.toml").Select(file => file.Text);
}
