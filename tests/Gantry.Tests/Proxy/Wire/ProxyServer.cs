using System.Collections.Concurrent;
using System.Net;
using Gantry.Proxy;
using Gantry.Proxy.Forwarding;
using Gantry.Proxy.LoadBalancing;
using Gantry.Proxy.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gantry.Tests.Proxy.Wire;

/// <summary>The proxy on a Kestrel of its own, every request going to one destination.</summary>
internal sealed class ProxyServer : IAsyncDisposable
{
    private WebServer? _server;

    public Uri Address => _server!.Address;

    public int Port => _server!.Port;

    /// <summary>What was not answered by the destination.</summary>
    public ConcurrentQueue<ProxyOutcome> Outcomes { get; } = [];

    /// <summary>Requests that the middleware has finished with.</summary>
    public ConcurrentQueue<string> Finished { get; } = [];

    public IHostApplicationLifetime Lifetime => _server!.Lifetime;

    public static async Task<ProxyServer> StartAsync(Uri destination, ForwarderOptions? options = null, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var proxy = new ProxyServer();
        var target = new ForwardTarget(new ClusterConfig { Id = "only", Destinations = [new Destination(destination)] });
        proxy._server = await WebServer.StartAsync(
            services =>
            {
                services.AddSingleton<Router>();
                services.AddSingleton(provider => new Forwarder(options ?? new ForwarderOptions(), TimeProvider.System, provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
            },
            (services, pipeline) =>
            {
                services.GetRequiredService<Router>().Update([new RouteConfig { Name = "only", Target = target }]);
                pipeline.Use(async (context, next) =>
                {
                    try
                    {
                        await next(context);
                    }
                    finally
                    {
                        proxy.Finished.Enqueue(context.Request.Path);
                    }
                });
                pipeline.UseMiddleware<ProxyMiddleware>();
                pipeline.Run(context =>
                {
                    var outcome = context.Features.GetRequiredFeature<ProxyOutcome>();
                    proxy.Outcomes.Enqueue(outcome);
                    context.Response.StatusCode = outcome switch
                    {
                        ProxyOutcome.Failed failed => failed.Error.StatusCode,
                        ProxyOutcome.InvalidRequest invalid => invalid.StatusCode,
                        _ => StatusCodes.Status500InternalServerError,
                    };
                    return Task.CompletedTask;
                });
            },
            protocols);
        return proxy;
    }

    /// <summary>A client that changes nothing of what it is told and follows nowhere.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None, UseProxy = false }) { BaseAddress = Address };

    public ForwarderError? LastError() => (Outcomes.LastOrDefault() as ProxyOutcome.Failed)?.Error;

    public ValueTask DisposeAsync() => _server!.DisposeAsync();
}
