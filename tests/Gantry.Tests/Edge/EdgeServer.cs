using Gantry.Daemon.Edge;
using Gantry.Tests.Proxy.Wire;
using Gantry.Workloads;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gantry.Tests.Edge;

/// <summary>The edge's pipeline on a Kestrel of its own, fed by the test.</summary>
internal sealed class EdgeServer : IAsyncDisposable
{
    private readonly WebServer _server;
    private readonly EdgeState _state;
    private readonly HttpClient _client;

    private EdgeServer(WebServer server, EdgeState state)
    {
        _server = server;
        _state = state;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    }

    public int Port => _server.Port;

    public static async Task<EdgeServer> StartAsync(System.Net.IPAddress? address = null)
    {
        EdgeState? state = null;
        var server = await WebServer.StartAsync(
            services => services.AddEdgePipeline(),
            (services, pipeline) =>
            {
                state = services.GetRequiredService<EdgeState>();
                pipeline.UseEdge();
            },
            address: address);
        return new EdgeServer(server, state!);
    }

    public void Publish(WorkspaceSpec workspace, params WorkloadSnapshot[] snapshots) =>
        _state.Publish(EdgeRoutes.Build([workspace], (_, name) => snapshots.FirstOrDefault(snapshot => snapshot.Name == name)));

    /// <summary>Sends a request for a host; the path is sent as it is written.</summary>
    public Task<HttpResponseMessage> SendAsync(string host, string path = "/", HttpMethod? method = null, params (string Name, string Value)[] headers)
    {
        var asWritten = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri($"{_server.Address.GetLeftPart(UriPartial.Authority)}{path}", asWritten));
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return _client.SendAsync(request, Deadline.Token);
    }

    public async Task<string> GetAsync(string host, string path = "/", params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(host, path, null, headers);
        return await response.Content.ReadAsStringAsync(Deadline.Token);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _server.DisposeAsync();
    }
}
