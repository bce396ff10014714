using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Daemon.Hosting;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>
/// <c>/api/events</c>: server-sent events (WHATWG HTML, section 9.2). <c>Last-Event-ID</c>, or <c>after</c> in the
/// query, replays what came since; without either comes the present state first. Its events have no id but the last, so
/// that a reader who is cut off among them comes back with what it knew before, and gets all of it again.
/// </summary>
internal static class EventEndpoint
{
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/events", SendAsync).WithTags("Events").WithSummary("What happens, as it happens")
            .Produces<ServiceEvent>(contentType: "text/event-stream");

    private static async Task SendAsync(HttpContext context, string? workspace, long? after, WorkloadManager manager, StatusView status, WorkspaceFinder finder, TimeProvider time)
    {
        var only = workspace is null ? null : finder.FindId(workspace);
        var last = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : after;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await using var events = manager.WatchAsync(last, end.Token).GetAsyncEnumerator(end.Token);
        var next = events.MoveNextAsync().AsTask();
        try
        {
            while (await WaitAsync(context, next, time))
            {
                await WriteAsync(context, events.Current, only, status);
                next = events.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // However this ends: an enumerator that is on its way to the next event cannot be disposed of.
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits for the next event, with a sign of life now and then. False where none is to come.</summary>
    private static async Task<bool> WaitAsync(HttpContext context, Task<bool> next, TimeProvider time)
    {
        while (!next.IsCompleted)
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            if (await Task.WhenAny(next, Task.Delay(HeartbeatEvery, time, pause.Token)) != next)
            {
                await context.Response.WriteAsync(": still here\n\n", context.RequestAborted);
            }

            await pause.CancelAsync();
        }

        return await next;
    }

    private static async Task WriteAsync(HttpContext context, WorkloadEvent happened, string? only, StatusView status)
    {
        if ((only is not null && happened.Workspace != only && happened.Kind != WorkloadEventKind.Present) || status.Of(happened) is not { } shown)
        {
            return;
        }

        var kind = JsonNamingPolicy.CamelCase.ConvertName(happened.Kind.ToString());
        var data = JsonSerializer.Serialize(shown, DaemonJson.Readable.ServiceEvent);
        var id = happened.IsPart ? "" : string.Create(CultureInfo.InvariantCulture, $"id: {happened.Sequence}\n");
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"{id}event: {kind}\ndata: {data}\n\n"), context.RequestAborted);
    }
}
