using System.Net;
using Gantry.Proxy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gantry.Tests.Proxy.Wire;

/// <summary>A real Kestrel on an ephemeral port of the loopback interface.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WebServer(WebApplication application)
    {
        _application = application;
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
    }

    public Uri Address { get; }

    public int Port => Address.Port;

    public IHostApplicationLifetime Lifetime => _application.Lifetime;

    public static Task<WebServer> StartAsync(RequestDelegate answer, HttpProtocols protocols = HttpProtocols.Http1) =>
        StartAsync(
            _ => { },
            (_, pipeline) => pipeline.Run(context =>
            {
                context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
                return answer(context);
            }),
            protocols);

    public static async Task<WebServer> StartAsync(
        Action<IServiceCollection> register,
        Action<IServiceProvider, IApplicationBuilder> mount,
        HttpProtocols protocols = HttpProtocols.Http1,
        IPAddress? address = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.PassHeadersThrough();
            kestrel.Listen(address ?? IPAddress.Loopback, 0, listener => listener.Protocols = protocols);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        register(builder.Services);
        var application = builder.Build();
        mount(application.Services, application);
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new WebServer(application);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
    }
}
