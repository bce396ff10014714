using FsCheck;
using FsCheck.Fluent;
using Gantry.Proxy.LoadBalancing;
using Gantry.Proxy.Routing;
using Xunit;

namespace Gantry.Tests.Proxy;

public class RouteTableTests
{
    [Theory]
    [InlineData("web.shop.localhost", "/", "exact host")]
    [InlineData("api.shop.localhost", "/", "suffix")]
    [InlineData("a.b.shop.localhost", "/", "suffix")]
    [InlineData("x.api.shop.localhost", "/", "longer suffix")]
    [InlineData("shop.localhost", "/", "any host")]
    [InlineData("other.example", "/", "any host")]
    [InlineData(null, "/", "any host")]
    public void An_exact_host_beats_the_longest_suffix_which_beats_any_host(string? host, string path, string expected)
    {
        var table = Table(("any host", null, null), ("suffix", "*.shop.localhost", null), ("longer suffix", "*.api.shop.localhost", null), ("exact host", "web.shop.localhost", null));
        Assert.Equal(expected, table.Match(host, path)?.Config.Name);
    }

    [Theory]
    [InlineData("/api/users", "exact path")]
    [InlineData("/api/users/", "prefix /api")]
    [InlineData("/api/users/7", "prefix /api")]
    [InlineData("/api/v2/x", "prefix /api/v2")]
    [InlineData("/api/v2", "prefix /api/v2")]
    [InlineData("/api/v2/", "prefix /api/v2")]
    [InlineData("/api/v20", "prefix /api")]
    [InlineData("/api", "prefix /api")]
    [InlineData("/apix", "any path")]
    [InlineData("/API/users", "any path")]
    [InlineData("/", "any path")]
    public void An_exact_path_beats_the_longest_prefix_which_beats_any_path(string path, string expected)
    {
        var table = Table(("any path", null, null), ("prefix /api", null, "/api/*"), ("prefix /api/v2", null, "/api/v2/*"), ("exact path", null, "/api/users"));
        Assert.Equal(expected, table.Match("any.example", path)?.Config.Name);
    }

    [Fact]
    public void The_host_decides_before_the_path()
    {
        var table = Table(("any host, exact path", null, "/x"), ("exact host, any path", "a.example", null));
        Assert.Equal("exact host, any path", table.Match("a.example", "/x")?.Config.Name);
    }

    [Fact]
    public void Where_the_better_host_has_no_route_for_the_path_the_next_one_is_asked()
    {
        var table = Table(("any", null, null), ("suffix", "*.example", "/s/*"), ("exact", "a.example", "/e/*"));
        Assert.Equal("exact", table.Match("a.example", "/e/1")?.Config.Name);
        Assert.Equal("suffix", table.Match("a.example", "/s/1")?.Config.Name);
        Assert.Equal("any", table.Match("a.example", "/x")?.Config.Name);
    }

    [Fact]
    public void Of_two_routes_with_one_host_and_path_the_first_stands() =>
        Assert.Equal("first", Table(("first", "a.example", "/x/*"), ("second", "A.Example.", "/x/*")).Match("a.example", "/x/1")?.Config.Name);

    [Fact]
    public void A_prefix_of_everything_is_any_path() => Assert.Same(PathPattern.Any, PathPattern.Parse("/*"));

    [Theory]
    [InlineData("")]
    [InlineData("api")]
    [InlineData("/a*")]
    [InlineData("/*/a")]
    [InlineData("/a/*/*")]
    public void What_is_no_path_pattern_is_refused(string text) => Assert.False(PathPattern.TryParse(text, out _));

    [Fact]
    public void Nothing_matches_in_an_empty_table() => Assert.Null(RouteTable.Empty.Match("a.example", "/"));

    /// <summary>The rules as the docstring of the table says them, done the slow way, and the table must agree.</summary>
    [Fact]
    public void For_all_tables_and_requests_the_match_is_the_best_candidate_by_the_written_rules()
    {
        string?[] hosts = [null, "a.b.c", "b.c", "x.a.b.c", "*.b.c", "*.c", "*.a.b.c"];
        string?[] paths = [null, "/", "/x", "/x/*", "/x/y/*", "/x/y", "/*"];
        var routes = (from host in Gen.Elements(hosts) from path in Gen.Elements(paths) select (host, path)).ListOf();
        var requests = from host in Gen.Elements<string?>(null, "a.b.c", "b.c", "c", "x.a.b.c", "y.x.a.b.c", "d") from path in Gen.Elements("/", "/x", "/x/", "/x/y", "/x/y/z", "/xy") select (host, path);
        var cases = from chosen in routes from request in requests select (chosen, request);

        Prop.ForAll(cases.ToArbitrary(), @case =>
        {
            var (chosen, (host, path)) = @case;
            var configs = chosen.Select((route, index) => Config($"{index}", route.host, route.path)).ToList();
            var table = RouteTable.Build(configs);
            var expected = configs
                .Where(config => HostMatches(config.Host, host) && config.Path.Matches(path))
                .OrderByDescending(config => config.Host.Kind).ThenByDescending(config => config.Host.Name.Length)
                .ThenByDescending(config => config.Path.Kind).ThenByDescending(config => config.Path.Value.Length)
                .FirstOrDefault();

            return table.Match(host, path)?.Config.Name == expected?.Name
                && table.Candidates(host, path).FirstOrDefault()?.Config.Name == expected?.Name
                && table.Candidates(host, path).All(route => HostMatches(route.Config.Host, host) && route.Config.Path.Matches(path));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Round_robin_takes_each_destination_in_turn_and_goes_on_after_a_swap()
    {
        var router = new Router();
        router.Update([Forward("a", 1, 2, 3)]);
        Assert.Equal([1, 2, 3, 1], Enumerable.Range(0, 4).Select(_ => Pick(router)));

        router.Update([Forward("a", 1, 2, 3)]);
        Assert.Equal([2, 3], Enumerable.Range(0, 2).Select(_ => Pick(router)));

        router.Update([Forward("a", 7)]);
        Assert.Equal(7, Pick(router));
    }

    [Fact]
    public void Routes_of_one_cluster_share_its_turn()
    {
        var cluster = new ClusterConfig { Id = "c", Destinations = [To(1), To(2)] };
        var table = RouteTable.Build([
            new RouteConfig { Name = "x", Path = PathPattern.Parse("/x"), Target = new ForwardTarget(cluster) },
            new RouteConfig { Name = "y", Path = PathPattern.Parse("/y"), Target = new ForwardTarget(cluster) },
        ]);
        Assert.Equal(1, table.Match(null, "/x")!.Cluster!.Pick()!.Address.Port);
        Assert.Equal(2, table.Match(null, "/y")!.Cluster!.Pick()!.Address.Port);
    }

    [Fact]
    public void An_empty_cluster_has_nothing_to_pick() => Assert.Null(new Cluster(new ClusterConfig { Id = "c" }).Pick());

    private static bool HostMatches(HostPattern pattern, string? host) => pattern.Kind switch
    {
        HostPatternKind.Exact => host == pattern.Name,
        HostPatternKind.Suffix => host?.EndsWith("." + pattern.Name, StringComparison.Ordinal) == true,
        _ => true,
    };

    private static int Pick(Router router) => router.Table.Match(null, "/")!.Cluster!.Pick()!.Address.Port;

    private static Destination To(int port) => new(new Uri($"http://127.0.0.1:{port}"));

    private static RouteConfig Forward(string id, params int[] ports) =>
        new() { Name = id, Target = new ForwardTarget(new ClusterConfig { Id = id, Destinations = [.. ports.Select(To)] }) };

    private static RouteTable Table(params (string Name, string? Host, string? Path)[] routes) =>
        RouteTable.Build(routes.Select(route => Config(route.Name, route.Host, route.Path)));

    private static RouteConfig Config(string name, string? host, string? path) => new()
    {
        Name = name,
        Host = host is null ? HostPattern.Any : HostPattern.Parse(host),
        Path = path is null ? PathPattern.Any : PathPattern.Parse(path),
        Target = new NoTarget(),
    };

    private sealed record NoTarget : RouteTarget;
}
