using System.Net;
using Gantry.Daemon.Edge;
using Gantry.Tests.Proxy.Wire;
using Gantry.Workloads;
using Gantry.Workloads.Addresses;
using Gantry.Workloads.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static Gantry.Tests.Edge.Samples;

namespace Gantry.Tests.Edge;

/// <summary>The edge as the daemon runs it, following a real manager of workloads.</summary>
public sealed class RoutePublisherTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gantry-edge-");
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private WorkloadManager _manager = null!;
    private WebServer _server = null!;
    private EdgeState _state = null!;

    private static CancellationToken Ct => Deadline.Token;

    public async ValueTask InitializeAsync()
    {
        var home = HomeFolder.Open(Path.Combine(_folder.FullName, "home"));
        _manager = new WorkloadManager(home, [new SiteDriver(TimeProvider.System)], new PortRegistry(home, new PortLeases(PortLeases.DefaultFirst, PortLeases.DefaultLast)), TimeProvider.System, NullLogger<WorkloadManager>.Instance);
        _server = await WebServer.StartAsync(
            services => services.AddSingleton(_manager).AddEdge(),
            (services, pipeline) =>
            {
                _state = services.GetRequiredService<EdgeState>();
                pipeline.UseEdge();
            });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _manager.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Routes_follow_a_workspace_from_its_start_to_its_end()
    {
        await Eventually.HoldsAsync(() => StatusOf("web.shop.localhost") == HttpStatusCode.NotFound, "nobody is known");

        var workspace = SiteWorkspace("shop", "from shop");
        await _manager.ApplyAsync(workspace, [], Ct);
        await Eventually.HoldsAsync(() => StatusOf("web.shop.localhost") == HttpStatusCode.OK, "the site is served");

        await _manager.StopAsync(workspace.Id, ["web"], Ct);
        await Eventually.HoldsAsync(() => StatusOf("web.shop.localhost") == HttpStatusCode.ServiceUnavailable, "the site is stopped");

        await _manager.StartAsync(workspace.Id, ["web"], Ct);
        await Eventually.HoldsAsync(() => StatusOf("web.shop.localhost") == HttpStatusCode.OK, "the site is served again");

        await _manager.RemoveAsync(workspace.Id, Ct);
        await Eventually.HoldsAsync(() => StatusOf("web.shop.localhost") == HttpStatusCode.NotFound, "the site is unknown");
    }

    [Fact]
    public async Task The_workspace_that_was_applied_first_keeps_the_name_until_it_is_gone()
    {
        // By id the second one would come first.
        var (first, second) = (SiteWorkspace("zebra", "first"), SiteWorkspace("ant", "second"));
        await _manager.ApplyAsync(first, [], Ct);
        await Eventually.HoldsAsync(() => ContentOf("web.shop.localhost") == "first", "the first is served");
        await _manager.ApplyAsync(second, [], Ct);
        await Eventually.HoldsAsync(() => _state.Map.Workspaces.Length == 2, "the second is known");
        Assert.Equal("first", ContentOf("web.shop.localhost"));
        Assert.Equal("ant", Assert.Single(_state.Map.Rejected).Workspace);

        await _manager.RemoveAsync(first.Id, Ct);
        await Eventually.HoldsAsync(() => ContentOf("web.shop.localhost") == "second", "the second takes over");
        Assert.Empty(_state.Map.Rejected);
    }

    private WorkspaceSpec SiteWorkspace(string name, string content)
    {
        var root = _folder.CreateSubdirectory(name);
        File.WriteAllText(Path.Combine(root.FullName, "index.html"), content);
        return Workspace(name, "shop.localhost", [Site("web", root.FullName)]);
    }

    private HttpStatusCode StatusOf(string host)
    {
        using var response = Send(host);
        return response.StatusCode;
    }

    private string ContentOf(string host)
    {
        using var response = Send(host);
        using var reader = new StreamReader(response.Content.ReadAsStream(Ct));
        return reader.ReadToEnd();
    }

    private HttpResponseMessage Send(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Address);
        request.Headers.Host = host;
        return _client.Send(request, Ct);
    }
}
