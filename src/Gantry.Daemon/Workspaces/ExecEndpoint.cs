using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Gantry.Daemon.Hosting;
using Gantry.Workloads;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Guardian;

namespace Gantry.Daemon.Workspaces;

/// <summary>
/// Runs a command where a service runs, over a WebSocket. Its text messages are JSON: first the caller's
/// <see cref="ExecStart"/>, and a <see cref="Problem"/> where that cannot be started. All others are <see cref="ExecFrames"/>.
/// A request line would be too short for a command, and is where nobody expects a password.
/// </summary>
internal static class ExecEndpoint
{
    /// <summary>More than the kernel takes of arguments and environment together (execve(2): a quarter of an 8 MiB stack), escaped.</summary>
    private const int MaxStart = 4 << 20;

    public static async Task ExecAsync(HttpContext context, string workspace, string service, WorkspaceFinder finder, WorkloadManager manager, TimeProvider time)
    {
        var (spec, workload) = finder.Find(workspace, service);
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw Bad("exec is a WebSocket");
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            await RunAsync(socket, start => manager.ExecAsync(spec.Id, workload.Name, start.Replica, RequestOf(start), context.RequestAborted), time, context.RequestAborted);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The caller is gone.
        }
    }

    private static async Task RunAsync(WebSocket socket, Func<ExecStart, Task<Execution>> start, TimeProvider time, CancellationToken ct)
    {
        try
        {
            await using var execution = await start(await ReceiveStartAsync(socket, ct));
            await ExecRelay.CarryAsync(socket, execution, time, ct);
        }
        catch (WorkloadException e)
        {
            var problem = JsonSerializer.SerializeToUtf8Bytes(ProblemResults.Of(e.Fault), DaemonJson.Readable.Problem);
            await socket.SendAsync(problem, WebSocketMessageType.Text, endOfMessage: true, ct);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ct);
        }
    }

    private static async Task<ExecStart> ReceiveStartAsync(WebSocket socket, CancellationToken ct)
    {
        var content = new ArrayBufferWriter<byte>();
        ValueWebSocketReceiveResult received;
        do
        {
            // What is too much is read to its end and dropped: a caller who still sends hears no refusal.
            received = await socket.ReceiveAsync(content.GetMemory(), ct);
            content.Advance(content.WrittenCount > MaxStart ? 0 : received.Count);
        }
        while (!received.EndOfMessage);

        if (content.WrittenCount > MaxStart)
        {
            throw Bad($"the command and its variables are longer than {MaxStart >> 20} MiB", "hand it over in a file, or by its standard input");
        }

        try
        {
            var start = received.MessageType == WebSocketMessageType.Text ? JsonSerializer.Deserialize(content.WrittenSpan, DaemonJson.Default.ExecStart) : null;
            if (start is not { Command: [{ Length: > 0 }, ..] })
            {
                throw Bad("the first message of an exec is a text that names the command");
            }

            CallerText.CheckWords("command", start.Command);
            CallerText.CheckVariables("environment", start.Environment);
            return start;
        }
        catch (JsonException e)
        {
            throw Bad($"the first message of an exec is not understood: {e.Message}");
        }
    }

    private static ExecRequest RequestOf(ExecStart start) => new()
    {
        Command = start.Command,
        Terminal = start.Terminal,
        Rows = start.Rows,
        Columns = start.Columns,
        Environment = start.Environment,
    };

    private static WorkloadException Bad(string message, string remedy = "use gantry exec, or see docs/api.md") => new(new Fault("bad-request", message, remedy));
}
