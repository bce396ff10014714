using Gantry.Daemon.Edge;
using Gantry.Proxy.Routing;
using Gantry.Workloads;
using Xunit;
using static Gantry.Tests.Edge.Samples;

namespace Gantry.Tests.Edge;

public class EdgeRoutesTests
{
    [Fact]
    public void Services_and_sites_answer_for_their_names_and_workers_and_tasks_do_not()
    {
        var worker = Service("mail") with { Type = WorkloadType.Worker };
        var map = Build(Workspace("shop", "shop.localhost", [Service("api"), Site("web"), worker, Job("migrate")]));

        Assert.Equal("api", Answer(map, "api.shop.localhost"));
        Assert.Equal("web", Answer(map, "web.shop.localhost", "/any/path"));
        Assert.Null(Answer(map, "mail.shop.localhost"));
        Assert.Null(Answer(map, "migrate.shop.localhost"));
        Assert.Null(Answer(map, "api.other.localhost"));
        Assert.Equal(["api.shop.localhost", "web.shop.localhost", "shop.localhost"], map.Hosts);
        Assert.Empty(map.Rejected);
    }

    [Fact]
    public void Destinations_are_the_ready_replicas_and_only_they()
    {
        var spec = Service("api");
        var workspace = Workspace("shop", "shop.localhost", [spec]);
        ReplicaSnapshot Replica(int index, bool ready, int? port) =>
            new() { Index = index, State = WorkloadState.Running, Ready = ready, Reason = "", Endpoint = port is { } number ? new Endpoint(index == 3 ? "::1" : "127.0.0.1", number) : null };
        var snapshot = Snapshot(spec, WorkloadState.Running, ready: false, "", [Replica(0, true, 4000), Replica(1, false, 4001), Replica(2, true, null), Replica(3, true, 4003)]);

        var map = EdgeRoutes.Build([workspace], (id, name) => (id, name) == ("id-shop", "api") ? snapshot : null);

        var target = Assert.IsType<ServiceTarget>(Find(map, "api.shop.localhost", "/")!.Target);
        Assert.Equal(["http://127.0.0.1:4000/", "http://[::1]:4003/"], target.Cluster.Destinations.Select(destination => destination.Address.ToString()));
        Assert.Same(snapshot, target.Service.Snapshot);
    }

    [Fact]
    public void A_route_without_a_host_answers_on_the_domain_and_on_every_host_below_it()
    {
        var map = Build(Workspace("shop", "shop.localhost", [Service("api"), Site("web")], Route("api", "/api/*")));

        foreach (var host in new[] { "shop.localhost", "web.shop.localhost", "api.shop.localhost", "any.shop.localhost", "a.b.shop.localhost" })
        {
            Assert.Equal("api", Answer(map, host, "/api/users"));
        }

        Assert.Equal("web", Answer(map, "web.shop.localhost", "/apix"));
        Assert.Null(Answer(map, "other.localhost", "/api/users"));
        Assert.Null(Answer(map, "any.shop.localhost", "/other"));
    }

    [Fact]
    public void A_route_without_host_and_path_leaves_the_services_their_own_hosts()
    {
        var map = Build(Workspace("shop", "shop.localhost", [Service("api"), Site("web")], Route("web"), Route("api", "/*", "extra.example")));

        Assert.Equal("web", Answer(map, "shop.localhost", "/x"));
        Assert.Equal("web", Answer(map, "any.shop.localhost", "/x"));
        Assert.Equal("api", Answer(map, "api.shop.localhost", "/x"));
        Assert.Equal("api", Answer(map, "extra.example", "/x"));
    }

    [Fact]
    public void A_route_with_a_host_beats_the_service_of_that_name_and_routes_without_a_host()
    {
        var map = Build(Workspace(
            "shop",
            "shop.localhost",
            [Service("api"), Service("next"), Site("web")],
            Route("api", "/v1/*"),
            Route("next", null, "api.shop.localhost"),
            Route("web", "/v1/*", "web.shop.localhost")));

        Assert.Equal("next", Answer(map, "api.shop.localhost"));
        Assert.Equal("web", Answer(map, "web.shop.localhost", "/v1/x"));
        Assert.Equal("api", Answer(map, "next.shop.localhost", "/v1/x"));
        Assert.Empty(map.Rejected);
    }

    [Fact]
    public void Hosts_are_compared_without_regard_to_case()
    {
        var map = Build(Workspace("Shop", "Shop.LocalHost", [Service("API")], Route("API", "/x", "Extra.Example")));
        Assert.Equal("API", Answer(map, "api.shop.localhost"));
        Assert.Equal("API", Answer(map, "extra.example", "/x"));
    }

    [Fact]
    public void What_two_workspaces_ask_for_goes_to_the_first_and_the_other_is_told()
    {
        var first = Workspace("one", "shop.localhost", [Service("api")], Route("api", "/api/*"));
        var second = Workspace("two", "shop.localhost", [Service("api"), Service("own")], Route("own", "/api/*"), Route("own", "/own", "x.example"));

        var map = Build(first, second);

        Assert.Equal("one", WorkspaceOf(map, "api.shop.localhost", "/"));
        Assert.Equal("one", WorkspaceOf(map, "shop.localhost", "/api/x"));
        Assert.Equal("one", WorkspaceOf(map, "unknown.shop.localhost", "/api/x"));
        Assert.Equal("two", WorkspaceOf(map, "own.shop.localhost", "/"));
        Assert.Equal("two", WorkspaceOf(map, "x.example", "/own"));
        Assert.Collection(
            map.Rejected,
            host =>
            {
                Assert.Equal(("id-two", "two", "api", "api.shop.localhost", null), (host.WorkspaceId, host.Workspace, host.Service, host.Host, host.Path));
                Assert.Contains("/home/one", host.Reason, StringComparison.Ordinal);
            },
            route => Assert.Equal(("own", "shop.localhost", "/api/*"), (route.Service, route.Host, route.Path)));
        Assert.Equal([null, "own.shop.localhost"], map.Workspaces[1].Entries.Select(entry => entry.Host));
    }

    [Fact]
    public void A_route_does_not_spread_onto_a_host_that_another_workspace_has()
    {
        var map = Build(Workspace("one", "shop.localhost", [Service("api")]), Workspace("two", "shop.localhost", [Service("api"), Service("own")], Route("own", "/x")));
        Assert.Equal("one", WorkspaceOf(map, "api.shop.localhost", "/x"));
        Assert.Equal("two", WorkspaceOf(map, "own.shop.localhost", "/x"));
    }

    [Fact]
    public void The_order_of_the_workspaces_decides()
    {
        var first = Workspace("one", "shop.localhost", [Service("api")]);
        var second = Workspace("two", "shop.localhost", [Service("api")]);
        Assert.Equal("one", WorkspaceOf(Build(first, second), "api.shop.localhost", "/"));
        Assert.Equal("two", WorkspaceOf(Build(second, first), "api.shop.localhost", "/"));
    }

    [Fact]
    public void Routes_that_cannot_be_are_told_and_the_rest_is_in_force()
    {
        var map = Build(Workspace(
            "shop",
            "shop.localhost",
            [Service("api"), Service("API"), Job("migrate")],
            Route("nobody", "/a"),
            Route("migrate", "/b"),
            Route("api", "no-slash"),
            Route("api", "/c", "not a host"),
            Route("api", "/d"),
            Route("api", "/d")));

        Assert.Equal("api", Answer(map, "shop.localhost", "/d"));
        Assert.Equal(6, map.Rejected.Length);
        Assert.Contains("no service 'nobody'", Reason(map, "nobody", "/a"), StringComparison.Ordinal);
        Assert.Contains("no service 'migrate'", Reason(map, "migrate", "/b"), StringComparison.Ordinal);
        Assert.Contains("'no-slash' is no path", Reason(map, "api", "no-slash"), StringComparison.Ordinal);
        Assert.Contains("'not a host' is no host name", Reason(map, "api", "/c"), StringComparison.Ordinal);
        Assert.Contains("already answered by shop, route 5 to api", Reason(map, "api", "/d"), StringComparison.Ordinal);
        Assert.Contains("already answered by shop, api", Reason(map, "API", null), StringComparison.Ordinal);
    }

    [Fact]
    public void The_bare_domain_lists_the_services_where_nothing_else_has_it()
    {
        var map = Build(Workspace("shop", "shop.localhost", [Service("api"), Job("migrate")]));
        var entry = Assert.IsType<EntryTarget>(Find(map, "shop.localhost", "/")!.Target);
        Assert.Equal(["api", "migrate"], entry.Workspace.Entries.Select(found => found.Service.Name));

        Assert.Equal("api", Answer(Build(Workspace("shop", "shop.localhost", [Service("api")], Route("api"))), "shop.localhost"));
    }

    [Fact]
    public void A_domain_that_is_no_host_name_is_told_and_breaks_nothing()
    {
        var map = Build(Workspace("odd", "not a domain", [Service("api")], Route("api", "/x")), Workspace("shop", "shop.localhost", [Service("api")]));
        Assert.Equal(2, map.Rejected.Length);
        Assert.Equal("shop", WorkspaceOf(map, "api.shop.localhost", "/"));
    }

    [Theory]
    [InlineData(8080, "http://api.shop.localhost:8080/")]
    [InlineData(80, "http://api.shop.localhost/")]
    public void The_address_to_open_names_the_port_unless_it_is_the_usual_one(int port, string expected) =>
        Assert.Equal(expected, EdgeAddress.UrlOf(EdgeAddress.HostOf(Workspace("shop", "Shop.localhost", []), Service("API")), port));

    private static EdgeMap Build(params WorkspaceSpec[] workspaces) => EdgeRoutes.Build(workspaces, (_, _) => null);

    private static RouteConfig? Find(EdgeMap map, string host, string path) => RouteTable.Build(map.Routes).Match(host, path)?.Config;

    private static EdgeService? ServiceOf(EdgeMap map, string host, string path) => Find(map, host, path)?.Target switch
    {
        ServiceTarget service => service.Service,
        SiteTarget site => site.Service,
        _ => null,
    };

    private static string? Answer(EdgeMap map, string host, string path = "/") => ServiceOf(map, host, path)?.Name;

    private static string? WorkspaceOf(EdgeMap map, string host, string path) => ServiceOf(map, host, path)?.Workspace;

    private static string Reason(EdgeMap map, string service, string? path) => Assert.Single(map.Rejected, rejected => rejected.Service == service && rejected.Path == path).Reason;
}
