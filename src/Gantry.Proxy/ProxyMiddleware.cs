using Gantry.Proxy.Forwarding;
using Gantry.Proxy.LoadBalancing;
using Gantry.Proxy.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Gantry.Proxy;

/// <summary>
/// One request through the proxy: <see cref="RouteTable.Match"/>, <see cref="Cluster.Pick"/>, <see cref="Forwarder.SendAsync"/>.
/// What it does not answer goes to <paramref name="next"/> with a <see cref="ProxyOutcome"/> among its features.
/// </summary>
public sealed partial class ProxyMiddleware(RequestDelegate next, Router router, Forwarder forwarder, ILogger<ProxyMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (await ForwardAsync(context) is { } outcome)
        {
            context.Features.Set(outcome);
            await next(context);
        }
    }

    private async Task<ProxyOutcome?> ForwardAsync(HttpContext context)
    {
        // HTTP/1.0 knows no Host, and an empty one stands for a target without authority.
        string? host = null;
        if (context.Request.Headers.Host.ToString() is { Length: > 0 } text && !HostName.TryParse(text, out host))
        {
            return new ProxyOutcome.InvalidRequest("its Host header names no host");
        }

        if (HasTwoLengths(context.Request.Headers))
        {
            return new ProxyOutcome.InvalidRequest("it has both Transfer-Encoding and Content-Length (or X-Content-Length)");
        }

        if (HasUnknownCoding(context.Request.Headers.TransferEncoding))
        {
            return new ProxyOutcome.InvalidRequest("of the transfer codings only chunked is known here", StatusCodes.Status501NotImplemented);
        }

        // "OPTIONS *" and CONNECT have no path, and no route is about them.
        if (context.Request.Path.Value is not { Length: > 0 } path || router.Table.Match(host, path) is not { } route)
        {
            return new ProxyOutcome.NoRoute(host);
        }

        if (route.Cluster is not { } cluster)
        {
            return new ProxyOutcome.NotForwarded(route);
        }

        if (cluster.Pick() is not { } destination)
        {
            return new ProxyOutcome.NoDestination(route);
        }

        // How much is too much is for the destination to say.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        var error = await forwarder.SendAsync(context, destination, context.RequestAborted);
        if (error is null)
        {
            return null;
        }

        Log.Error(logger, route, destination, error);
        return context.Response.HasStarted || error.Kind == ForwarderErrorKind.ClientLeft ? null : new ProxyOutcome.Failed(route, error);
    }

    /// <summary>
    /// Whoever stands before us may have believed the other length (RFC 9112 section 6.1). Kestrel believes the coding,
    /// and puts the length aside under another name; a client's own field of that name cannot be told from it.
    /// </summary>
    private static bool HasTwoLengths(IHeaderDictionary headers) =>
        headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length"));

    /// <summary>Kestrel undoes the last coding, chunked, and leaves the others to whoever reads: the destination would not know of them (RFC 9112 section 6.1).</summary>
    private static bool HasUnknownCoding(StringValues coding) =>
        coding.Count > 0 && !(coding.Count == 1 && string.Equals(coding[0], "chunked", StringComparison.OrdinalIgnoreCase));

    private static partial class Log
    {
        public static void Error(ILogger logger, Route route, Destination destination, ForwarderError error)
        {
            if (error.Kind is ForwarderErrorKind.ClientLeft or ForwarderErrorKind.InvalidRequest)
            {
                Ended(logger, route.Config.Name, destination.Address, error.Kind);
            }
            else
            {
                Failed(logger, route.Config.Name, destination.Address, error.Kind, error.Cause?.GetBaseException().Message);
            }
        }

        [LoggerMessage(Level = LogLevel.Debug, Message = "Request by route {Route} to {Destination} was ended by its client: {Kind}")]
        private static partial void Ended(ILogger logger, string route, Uri destination, ForwarderErrorKind kind);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Request by route {Route} to {Destination} failed: {Kind} ({Cause})")]
        private static partial void Failed(ILogger logger, string route, Uri destination, ForwarderErrorKind kind, string? cause);
    }
}
