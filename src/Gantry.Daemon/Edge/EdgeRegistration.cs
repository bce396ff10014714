using Gantry.Daemon.Workspaces;
using Gantry.Proxy;
using Gantry.Proxy.Forwarding;
using Gantry.Proxy.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gantry.Daemon.Edge;

/// <summary>The edge's place in the daemon.</summary>
internal static class EdgeRegistration
{
    /// <summary>Registers the edge; <see cref="Gantry.Workloads.WorkloadManager"/> is expected among the services.</summary>
    public static IServiceCollection AddEdge(this IServiceCollection services)
    {
        services.AddEdgePipeline();
        services.AddHostedService<RoutePublisher>();
        services.AddSingleton<IWorkspaceDoubts, TakenNames>();
        return services;
    }

    /// <summary>The edge without what feeds it: somebody else calls <see cref="EdgeState.Publish"/>.</summary>
    public static IServiceCollection AddEdgePipeline(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Router>();
        services.AddSingleton<EdgeState>();
        services.AddSingleton<EdgeResponder>();
        services.AddSingleton(provider => new Forwarder(
            new ForwarderOptions(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
        return services;
    }

    /// <summary>
    /// The edge's whole pipeline, which answers every request that comes into it; to be mounted for the edge's listeners
    /// alone. Their server is to be told <see cref="ProxyKestrel.PassHeadersThrough"/>.
    /// </summary>
    public static IApplicationBuilder UseEdge(this IApplicationBuilder pipeline)
    {
        pipeline.UseMiddleware<ProxyMiddleware>();
        pipeline.Run(pipeline.ApplicationServices.GetRequiredService<EdgeResponder>().InvokeAsync);
        return pipeline;
    }
}
