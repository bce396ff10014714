using System.Collections.Immutable;
using System.Net;
using System.Text;
using Gantry.Daemon.Edge.Pages;
using Gantry.Daemon.Edge.Sites;
using Gantry.Proxy;
using Gantry.Proxy.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Daemon.Edge;

/// <summary>Answers what no service has answered: files of sites, the list of a workspace's services, and pages that say why.</summary>
internal sealed class EdgeResponder(EdgeState state)
{
    public Task InvokeAsync(HttpContext context)
    {
        var ct = context.RequestAborted;
        return context.Features.GetRequiredFeature<ProxyOutcome>() switch
        {
            ProxyOutcome.InvalidRequest invalid => EdgeAnswers.RefusedAsync(context, invalid, ct),
            ProxyOutcome.NotForwarded { Route.Config.Target: SiteTarget { Service.Ready: true } site } => SiteServer.ServeAsync(context, site.Root, ct),
            ProxyOutcome.NotForwarded { Route.Config.Target: SiteTarget site } => EdgeAnswers.WriteAsync(context, ServiceAnswers.NotReady(site.Service), ct),
            ProxyOutcome.NotForwarded { Route.Config.Target: EntryTarget entry } => EntryAsync(context, entry.Workspace, ct),
            ProxyOutcome.NoDestination { Route.Config.Target: ServiceTarget service } => EdgeAnswers.WriteAsync(context, ServiceAnswers.NotReady(service.Service), ct),
            ProxyOutcome.Failed { Route.Config.Target: ServiceTarget service } failed => EdgeAnswers.WriteAsync(context, ServiceAnswers.Failed(service.Service, failed.Error), ct),
            ProxyOutcome.NoRoute { Host: { } host } when state.Map.Hosts.Contains(host) => EdgeAnswers.NoRouteAsync(context, ct),
            ProxyOutcome.NoRoute unknown => EdgeAnswers.UnknownHostAsync(context, unknown.Host, MayKnow(context, unknown.Host) ? [.. state.Map.Hosts] : ImmutableArray<string>.Empty, ct),
            var outcome => throw new InvalidOperationException($"Nothing is known about {outcome}."),
        };
    }

    private static Task EntryAsync(HttpContext context, EdgeWorkspace workspace, CancellationToken ct)
    {
        if (context.Request.Path != "/")
        {
            return EdgeAnswers.NoRouteAsync(context, ct);
        }

        context.Response.Headers.CacheControl = "no-store";
        var port = EdgeAnswers.PortOf(context);
        return EdgeAnswers.WantsPage(context.Request)
            ? EdgeAnswers.WritePageAsync(context, EntryPage.RenderPage(workspace, port), ct)
            : EdgeAnswers.WriteAsync(context, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(EntryPage.RenderText(workspace, port)), ct);
    }

    /// <summary>
    /// Whether a caller may know what runs here: one on this machine, and not a page of somebody else's that has its own
    /// name lead here (DNS rebinding), which shows in the host; nor one who comes through another proxy.
    /// </summary>
    private bool MayKnow(HttpContext context, string? host)
    {
        var headers = context.Request.Headers;
        return context.Connection.RemoteIpAddress is { } address
            && IPAddress.IsLoopback(address)
            && !headers.ContainsKey("X-Forwarded-For")
            && !headers.ContainsKey("Forwarded")
            && (host is null || IsOwn(host));
    }

    /// <summary>An address, a name of this machine, or a name below a workspace's domain.</summary>
    private bool IsOwn(string host) =>
        IPAddress.TryParse(host, out _)
        || host == "localhost"
        || host.EndsWith(".localhost", StringComparison.Ordinal)
        || state.Map.Workspaces.Any(workspace => HostName.TryParse(workspace.Domain, out var domain) && host.EndsWith("." + domain, StringComparison.Ordinal));
}
