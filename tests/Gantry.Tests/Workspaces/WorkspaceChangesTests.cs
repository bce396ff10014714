using Gantry.Daemon.Workspaces;
using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Workspaces;

public sealed class WorkspaceChangesTests
{
    private static readonly WorkspaceSpec Before = new()
    {
        Id = "0123456789ab",
        Name = "one",
        Path = "/srv/shop",
        Domain = "one.localhost",
        Workloads = [],
        Routes = [Route(null, "/api/*", "api"), Route("app.localhost", null, "web"), Route(null, "/old", "web")],
    };

    [Fact]
    public void Name_domain_lifetime_and_routes_are_told() => Assert.Equal(
        [
            "name one -> two", "domain one.localhost -> two.localhost", "lifetime workspace -> daemon",
            "route /old to web removed", "route /api/* api -> web", "route /new to api added",
        ],
        WorkspaceChanges.Of(Before, Before with
        {
            Name = "two",
            Domain = "two.localhost",
            Lifetime = Lifetime.Daemon,
            Routes = [Route(null, "/api/*", "web"), Route("app.localhost", null, "web"), Route(null, "/new", "api")],
        }));

    [Fact]
    public void A_route_without_a_path_is_another_one_than_that_for_every_path()
    {
        var both = Before with { Routes = [Route(null, null, "web"), Route(null, "/*", "api")] };
        Assert.Empty(WorkspaceChanges.Of(both, both));
        Assert.Equal(["route /* to api removed"], WorkspaceChanges.Of(both, both with { Routes = [Route(null, null, "web")] }));
    }

    [Fact]
    public void Nothing_is_told_of_the_same_nor_of_what_is_new()
    {
        Assert.Empty(WorkspaceChanges.Of(Before, Before with { Routes = [.. Before.Routes.Reverse()] }));
        Assert.Empty(WorkspaceChanges.Of(null, Before));
    }

    private static RouteSpec Route(string? host, string? path, string service) => new() { Host = host, Path = path, Service = service };
}
