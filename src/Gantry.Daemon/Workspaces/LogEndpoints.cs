using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gantry.Daemon.Hosting;
using Gantry.Workloads;
using Gantry.Workloads.Logs;
using Microsoft.AspNetCore.Mvc;

namespace Gantry.Daemon.Workspaces;

/// <summary>What services wrote, as lines of JSON.</summary>
internal static class LogEndpoints
{
    private static readonly byte[] LineBreak = "\n"u8.ToArray();

    /// <summary>Lines that are at hand are sent together; a lull sends what there is.</summary>
    private const int LinesPerFlush = 256;

    public static void Map(IEndpointRouteBuilder workspaces, IEndpointRouteBuilder services)
    {
        workspaces.MapGet("/{workspace}/logs", (HttpContext context, string workspace, string[]? service, [AsParameters] LogParameters parameters, WorkspaceFinder finder, WorkloadManager manager) =>
        {
            var spec = finder.Find(workspace);
            foreach (var name in service ?? [])
            {
                finder.Find(workspace, name);
            }

            return SendAsync(context, manager.Logs, parameters.ToQuery(spec.Id, [.. service ?? []]));
        }).WithSummary("What several services wrote, merged").Produces<LogLine>(contentType: "application/x-ndjson");
        services.MapGet("/logs", (HttpContext context, string workspace, string service, [AsParameters] LogParameters parameters, WorkspaceFinder finder, WorkloadManager manager) =>
        {
            var (spec, workload) = finder.Find(workspace, service);
            return SendAsync(context, manager.Logs, parameters.ToQuery(spec.Id, [workload.Name]));
        }).WithSummary("What a service wrote").Produces<LogLine>(contentType: "application/x-ndjson");
    }

    private static async Task SendAsync(HttpContext context, LogStore logs, LogQuery query)
    {
        context.Response.ContentType = "application/x-ndjson";
        await context.Response.StartAsync(context.RequestAborted);
        var unflushed = 0;
        await using var lines = logs.ReadAsync(query, context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        while (true)
        {
            var next = lines.MoveNextAsync();
            if (unflushed > 0 && (!next.IsCompleted || unflushed >= LinesPerFlush))
            {
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
                unflushed = 0;
            }

            if (!await next)
            {
                break;
            }

            Write(context, lines.Current);
            unflushed++;
        }
    }

    private static void Write(HttpContext context, LogLine line)
    {
        using (var json = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            JsonSerializer.Serialize(json, line, DaemonJson.Readable.LogLine);
        }

        context.Response.BodyWriter.Write(LineBreak);
    }

    private static void Write(this System.IO.Pipelines.PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }
}

/// <summary>The query of the log endpoints.</summary>
internal sealed record LogParameters
{
    /// <summary>Only the last so many lines.</summary>
    [FromQuery(Name = "tail")]
    public int? Tail { get; init; }

    /// <summary>Only lines from a time on (RFC 3339).</summary>
    [FromQuery(Name = "since")]
    public string? Since { get; init; }

    /// <summary>Whether to go on with what comes.</summary>
    [FromQuery(Name = "follow")]
    public bool? Follow { get; init; }

    /// <summary><c>stdout</c>, <c>stderr</c> or <c>gantry</c>.</summary>
    [FromQuery(Name = "stream")]
    public string? Stream { get; init; }

    [FromQuery(Name = "replica")]
    public int? Replica { get; init; }

    /// <summary>The last lines are held in memory until they are known to be the last.</summary>
    private const int MostLines = 1_000_000;

    public LogQuery ToQuery(string workspace, System.Collections.Immutable.ImmutableArray<string> services)
    {
        if (Tail is < 0 or > MostLines)
        {
            throw Bad($"tail={Tail}: it is a number from 0 to {MostLines}", "ask for fewer lines, or leave it out for all that there are");
        }

        LogStream? stream = Stream switch
        {
            null or "" => null,
            "stdout" => LogStream.Stdout,
            "stderr" => LogStream.Stderr,
            "gantry" => LogStream.Gantry,
            _ => throw Bad($"stream={Stream}: it is stdout, stderr or gantry", "leave it out for all three"),
        };
        DateTimeOffset? since = Since switch
        {
            null or "" => null,
            _ when DateTimeOffset.TryParse(Since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
            _ => throw Bad($"since={Since} is no time", "write one such as 2026-03-01T12:00:00Z"),
        };
        return new LogQuery { Workspace = workspace, Workloads = services, Tail = Tail, Since = since, Follow = Follow ?? false, Stream = stream, Replica = Replica };
    }

    private static WorkloadException Bad(string message, string remedy) => new(new Fault("bad-request", message, remedy));
}
