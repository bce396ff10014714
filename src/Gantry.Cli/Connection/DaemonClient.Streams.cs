using System.Globalization;
using System.Net.ServerSentEvents;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces;

namespace Gantry.Cli.Connection;

/// <summary>Which lines of a log are wanted, as it was said.</summary>
internal sealed record LogRequest
{
    public required IReadOnlyList<string> Services { get; init; }

    public int? Tail { get; init; }

    public DateTimeOffset? Since { get; init; }

    public bool Follow { get; init; }

    public string? Stream { get; init; }

    public int? Replica { get; init; }
}

/// <summary>A command to run in a service.</summary>
internal sealed record ExecCall
{
    public required string Workspace { get; init; }

    public required string Service { get; init; }

    public required ExecStart Start { get; init; }
}

/// <summary>What goes on for a while: events, logs, commands.</summary>
internal sealed partial class DaemonClient
{
    /// <summary>The events of a workspace (server-sent events, WHATWG HTML section 9.2); ends where the daemon ends it.</summary>
    /// <param name="after">The number of the last event that is known; null for the present state first.</param>
    /// <returns>Each event, and whether it is one to go on after.</returns>
    public async IAsyncEnumerable<(ServiceEvent Event, bool HasId)> WatchAsync(string workspace, long? after, [EnumeratorCancellation] CancellationToken ct)
    {
        var replay = after is { } last ? string.Create(CultureInfo.InvariantCulture, $"Last-Event-ID: {last}\r\n") : "";
        await using var exchange = await SendAsync("GET", $"/api/events?workspace={workspace}", replay, default, ct);
        if (exchange.Status != 200)
        {
            throw Refusal(exchange.Status, await exchange.ReadToEndAsync(ct));
        }

        var events = SseParser.Create(exchange.AsStream(), (_, data) => Parse(data, DaemonJson.Default.ServiceEvent));
        await foreach (var item in events.EnumerateAsync(ct))
        {
            yield return (item.Data, item.EventId is not null);
        }
    }

    /// <summary>Lines of output, each a <see cref="Workloads.Logs.LogLine"/> in JSON; those together that come together, valid until the next are asked for.</summary>
    public async IAsyncEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> ReadLogsAsync(string workspace, LogRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var query = new StringBuilder();
        foreach (var service in request.Services)
        {
            Add("service", service);
        }

        Add("tail", request.Tail?.ToString(CultureInfo.InvariantCulture));
        Add("since", request.Since?.ToString("O", CultureInfo.InvariantCulture));
        Add("follow", request.Follow ? "true" : null);
        Add("stream", request.Stream);
        Add("replica", request.Replica?.ToString(CultureInfo.InvariantCulture));
        await using var exchange = await SendAsync("GET", $"/api/workspaces/{workspace}/logs{query}", "", default, ct);
        if (exchange.Status != 200)
        {
            throw Refusal(exchange.Status, await exchange.ReadToEndAsync(ct));
        }

        await foreach (var lines in ReadLinesAsync(exchange, ct))
        {
            yield return lines;
        }

        void Add(string name, string? value) => Append(query, name, value);
    }

    /// <summary>Starts a command in a service; its frames are those of <see cref="Workloads.Guardian.ExecFrames"/>. The caller disposes of it, which ends the command.</summary>
    public async Task<WebSocket> ExecAsync(ExecCall call, CancellationToken ct)
    {
        // RFC 6455, section 4.1. The answer's proof is not checked: it keeps caches of the web from mistaking what it is.
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var headers = $"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n";
        var exchange = await SendAsync("GET", $"{PathOf(call.Workspace, call.Service)}/exec", headers, default, ct);
        if (exchange.Status != 101)
        {
            await using (exchange)
            {
                throw Refusal(exchange.Status, await exchange.ReadToEndAsync(ct));
            }
        }

        var connection = exchange.Upgraded(out var early);
        var socket = WebSocket.CreateFromStream(early.IsEmpty ? connection : new ResumedStream(early, connection), new WebSocketCreationOptions { IsServer = false });
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(call.Start, DaemonJson.Default.ExecStart), WebSocketMessageType.Text, endOfMessage: true, ct);
        return socket;
    }

    private static void Append(StringBuilder query, string name, string? value)
    {
        if (value is not null)
        {
            query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }
}
