using Gantry.Proxy.Forwarding;
using Gantry.Proxy.Routing;
using Microsoft.AspNetCore.Http;

namespace Gantry.Proxy;

/// <summary>
/// Why <see cref="ProxyMiddleware"/> did not answer a request and handed it on: what the next in line finds among the
/// request's features.
/// </summary>
public abstract record ProxyOutcome
{
    private ProxyOutcome()
    {
    }

    /// <summary>The request could be read in more than one way, or not be passed on as it is: it deserves this status and the end of its connection.</summary>
    /// <param name="Reason">What is wrong with it, for people.</param>
    /// <param name="StatusCode">400, or 501 where it is only we who cannot read it.</param>
    public sealed record InvalidRequest(string Reason, int StatusCode = StatusCodes.Status400BadRequest) : ProxyOutcome;

    /// <summary>No route answers.</summary>
    /// <param name="Host">The normalised host; null where the request names none.</param>
    public sealed record NoRoute(string? Host) : ProxyOutcome;

    /// <summary>The route ends in something that is not forwarded: the application answers.</summary>
    public sealed record NotForwarded(Route Route) : ProxyOutcome;

    /// <summary>The route's cluster has no destination.</summary>
    public sealed record NoDestination(Route Route) : ProxyOutcome;

    /// <summary>The request was forwarded in vain; the response has not begun.</summary>
    public sealed record Failed(Route Route, ForwarderError Error) : ProxyOutcome;
}
