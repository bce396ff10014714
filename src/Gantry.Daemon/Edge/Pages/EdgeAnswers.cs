using System.Collections.Immutable;
using System.Text;
using Gantry.Proxy;
using Microsoft.Net.Http.Headers;

namespace Gantry.Daemon.Edge.Pages;

/// <summary>Writes what the edge has to say, in the form that the caller reads.</summary>
internal static class EdgeAnswers
{
    /// <summary>Marks every answer of the edge's own, with its code: a page that looks again knows by it that nothing has changed.</summary>
    public const string Marker = "Gantry-Answer";

    /// <summary>Sent by a page that looks again; it wants the news and not the page.</summary>
    public const string Poll = "Gantry-Poll";

    public static Task RefusedAsync(HttpContext context, ProxyOutcome.InvalidRequest invalid, CancellationToken ct)
    {
        // Where one end of a connection may be mistaken about where a request ends, it is not used again.
        context.Response.Headers.Connection = "close";
        return WriteAsync(context, new EdgeAnswer { Status = invalid.StatusCode, Code = "bad-request", Title = "This request is refused", Detail = invalid.Reason }, ct);
    }

    public static Task NotFoundAsync(HttpContext context, CancellationToken ct) =>
        WriteAsync(context, new EdgeAnswer { Status = StatusCodes.Status404NotFound, Code = "not-found", Title = "There is no such page" }, ct);

    public static Task MethodNotAllowedAsync(HttpContext context, CancellationToken ct) =>
        WriteAsync(context, new EdgeAnswer { Status = StatusCodes.Status405MethodNotAllowed, Code = "method-not-allowed", Title = "Files are read here, and nothing else" }, ct);

    /// <summary>The host is known, and nothing answers at this path.</summary>
    public static Task NoRouteAsync(HttpContext context, CancellationToken ct) =>
        WriteAsync(context, new EdgeAnswer { Status = StatusCodes.Status404NotFound, Code = "no-route", Title = "Nothing answers here", Detail = "No route leads from this path to a service." }, ct);

    /// <param name="context">The request.</param>
    /// <param name="host">The host that it asks for; null where it names none.</param>
    /// <param name="hosts">The hosts that answer; empty where the caller is not to know.</param>
    /// <param name="ct">The client left.</param>
    public static Task UnknownHostAsync(HttpContext context, string? host, ImmutableArray<string> hosts, CancellationToken ct) => WriteAsync(
        context,
        new EdgeAnswer
        {
            Status = StatusCodes.Status404NotFound,
            Code = "unknown-host",
            Title = host is null ? "Which host?" : $"Nothing answers for {host}",
            Detail = host is null ? "The request names no host, and by that it is told which service is meant." : "No workspace that is up has a service of this name.",
            Remedy = "gantry status",
            Hosts = hosts,
        },
        ct);

    public static Task WriteAsync(HttpContext context, EdgeAnswer answer, CancellationToken ct)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers[Marker] = answer.Code;
        response.Headers.CacheControl = "no-store";
        if (answer.Status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = "1";
        }

        return WantsPage(context.Request)
            ? WritePageAsync(context, AnswerPage.Render(answer, PortOf(context)), ct)
            : WriteAsync(context, "application/problem+json", EdgeProblem.Write(answer), ct);
    }

    /// <summary>Writes a page, with what keeps it from being more than a page.</summary>
    public static Task WritePageAsync(HttpContext context, string html, CancellationToken ct)
    {
        context.Response.Headers.ContentSecurityPolicy = PageLayout.ContentSecurityPolicy;
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return WriteAsync(context, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(html), ct);
    }

    public static async Task WriteAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var response = context.Response;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.Vary = "Accept";
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, ct);
        }
    }

    /// <summary>Browsers say that they read HTML when they open a page, and only then.</summary>
    public static bool WantsPage(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && !request.Headers.ContainsKey(Poll)
        && MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase) && type.Quality is not 0);

    /// <summary>The edge's port as this caller reaches it, which need not be the one it listens on.</summary>
    public static int PortOf(HttpContext context) => context.Request.Host.Port ?? (context.Request.Headers.Host.Count > 0 ? 80 : context.Connection.LocalPort);
}
