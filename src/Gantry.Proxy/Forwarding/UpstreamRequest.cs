using System.Net;
using Gantry.Proxy.LoadBalancing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gantry.Proxy.Forwarding;

/// <summary>The request as the destination gets it.</summary>
internal static class UpstreamRequest
{
    /// <param name="context">The client's request.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="body">Its body, or null.</param>
    /// <param name="upgrade">The protocol that the client asks to change to, or null.</param>
    public static HttpRequestMessage Create(HttpContext context, Destination destination, RequestBody? body, string? upgrade)
    {
        var asWritten = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(destination.Origin + RequestTarget.Of(context), asWritten))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };

        var connection = HopByHopHeaders.Named(context.Request.Headers.Connection);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!IsDropped(name, connection))
            {
                Add(request, name, values);
            }
        }

        ForwardedHeaders.Add(context, request.Headers);
        if (upgrade is not null)
        {
            request.Headers.TryAddWithoutValidation(HeaderNames.Connection, HeaderNames.Upgrade);
            request.Headers.TryAddWithoutValidation(HeaderNames.Upgrade, upgrade);
        }

        return request;
    }

    private static bool IsDropped(string name, IReadOnlyCollection<string> connection) =>
        name.StartsWith(':')
        // Without it the destination would be told its own address: no connection option (RFC 9110 section 7.6.1).
        || (!name.Equals(HeaderNames.Host, StringComparison.OrdinalIgnoreCase) && HopByHopHeaders.Contains(name, connection))
        || ForwardedHeaders.IsClaim(name)
        // The length is the body's to say; trailers of a request cannot be sent on; CGI would take Proxy for HTTP_PROXY.
        || name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.Trailer, StringComparison.OrdinalIgnoreCase)
        || name.Equals("Proxy", StringComparison.OrdinalIgnoreCase);

    private static void Add(HttpRequestMessage request, string name, StringValues values)
    {
        // HTTP/2 may split cookies over several fields; HTTP/1.1 knows one, joined by "; " (RFC 9113 section 8.2.3).
        if (values.Count > 1 && name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase))
        {
            values = string.Join("; ", values.ToArray());
        }

        if (request.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values!))
        {
            return;
        }

        // A field about content, on a request without any.
        request.Content ??= new ByteArrayContent([]);
        request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values!);
    }
}
