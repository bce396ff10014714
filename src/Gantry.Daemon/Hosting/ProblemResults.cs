using System.Collections.Immutable;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;
using Microsoft.AspNetCore.WebUtilities;

namespace Gantry.Daemon.Hosting;

/// <summary>The one place where faults and exceptions become problem details (RFC 9457).</summary>
internal static partial class ProblemResults
{
    private const string MediaType = "application/problem+json";

    /// <summary>What is known by its code; everything else a workload meets is a conflict with how things are.</summary>
    private static readonly Dictionary<string, int> Statuses = new()
    {
        ["unknown-workspace"] = StatusCodes.Status404NotFound,
        ["unknown-service"] = StatusCodes.Status404NotFound,
        ["unknown-replica"] = StatusCodes.Status404NotFound,
        ["ambiguous-workspace"] = StatusCodes.Status409Conflict,
        [UnknownService.ProfileOff] = StatusCodes.Status422UnprocessableEntity,
        ["bad-request"] = StatusCodes.Status400BadRequest,
        ["command-not-found"] = StatusCodes.Status422UnprocessableEntity,
        ["state-not-saved"] = StatusCodes.Status507InsufficientStorage,
        ["out-of-ports"] = StatusCodes.Status503ServiceUnavailable,
    };

    public static Problem Of(Fault fault) => new()
    {
        Title = "It cannot be done",
        Status = Statuses.GetValueOrDefault(fault.Code, StatusCodes.Status409Conflict),
        Code = fault.Code,
        Detail = fault.Message,
        Remedy = fault.Remedy,
    };

    public static Problem Of(ImmutableArray<Diagnostic> diagnostics) => new()
    {
        Title = "The workspace's configuration has faults",
        Status = StatusCodes.Status422UnprocessableEntity,
        Code = "bad-configuration",
        Detail = diagnostics.Count(d => d.Severity == DiagnosticSeverity.Error) is var errors and not 1 ? $"{errors} errors; nothing was started" : "1 error; nothing was started",
        Diagnostics = diagnostics,
    };

    public static async Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        await context.Response.WriteAsJsonAsync(problem, DaemonJson.Readable.Problem, MediaType, context.RequestAborted);
    }

    /// <summary>Turns what escapes an endpoint into an answer. The caller's going away is none.</summary>
    public static async Task CatchAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, Explain(context, e));
        }
    }

    /// <summary>Gives a body to the refusals that the framework makes without one: no such method, no such media type.</summary>
    public static async Task FillAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var response = context.Response;
        if (response is { StatusCode: >= StatusCodes.Status400BadRequest, HasStarted: false, ContentType: null, ContentLength: null or 0 })
        {
            var reason = ReasonPhrases.GetReasonPhrase(response.StatusCode);
            await WriteAsync(context, new Problem
            {
                Title = reason,
                Status = response.StatusCode,
                Code = reason.ToLowerInvariant().Replace(' ', '-'),
                Detail = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} is refused{WhyRefused(response)}",
                Remedy = "see /docs",
            });
        }
    }

    private static string WhyRefused(HttpResponse response) => response switch
    {
        { StatusCode: StatusCodes.Status400BadRequest } => ": a parameter's value is not of its type",
        { Headers.Allow: [var allowed, ..] } => $"; it takes {allowed}",
        _ => "",
    };

    private static Problem Explain(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case WorkloadException { Fault: var fault }:
                return Of(fault);
            case ConfigurationException { Diagnostics: var diagnostics }:
                return Of(diagnostics);
            case BadHttpRequestException bad:
                return new Problem
                {
                    Title = "Bad request",
                    Status = bad.StatusCode,
                    Code = "bad-request",
                    Detail = BadRequestText.Of(bad),
                    Remedy = "see /docs",
                };
            default:
                Log.Unexpected(context.RequestServices.GetRequiredService<ILogger<Gatekeeper>>(), exception, context.Request.Method, context.Request.Path);
                return new Problem
                {
                    Title = "Unexpected error",
                    Status = StatusCodes.Status500InternalServerError,
                    Code = "unexpected",
                    Detail = "the daemon met an error that nobody foresaw; its log has the details",
                    Remedy = "gantry daemon logs",
                };
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Unexpected(ILogger logger, Exception exception, string method, string path);
    }
}
