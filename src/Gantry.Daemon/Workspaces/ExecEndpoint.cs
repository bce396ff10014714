using System.Collections.Immutable;
using System.Net.WebSockets;
using Gantry.Workloads;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Guardian;

namespace Gantry.Daemon.Workspaces;

/// <summary>Runs a command where a service runs, over a WebSocket whose binary messages are <see cref="ExecFrames"/>.</summary>
internal static class ExecEndpoint
{
    private const int MaxInput = 64 << 10;

    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    public static async Task ExecAsync(
        HttpContext context,
        string workspace,
        string service,
        string[] command,
        bool? terminal,
        int? rows,
        int? columns,
        int? replica,
        string[]? env,
        WorkspaceFinder finder,
        WorkloadManager manager,
        TimeProvider time)
    {
        var (spec, workload) = finder.Find(workspace, service);
        if (!context.WebSockets.IsWebSocketRequest || command.Length == 0)
        {
            throw new WorkloadException(new Fault("bad-request", "exec is a WebSocket, with the command's words as command=…", "use gantry exec"));
        }

        var request = new ExecRequest
        {
            Command = [.. command],
            Terminal = terminal ?? false,
            Rows = rows ?? 24,
            Columns = columns ?? 80,
            Environment = Variables(env ?? []),
        };

        // Started before the upgrade: what cannot be started is an answer with a status, not a socket that closes.
        await using var execution = await manager.ExecAsync(spec.Id, workload.Name, replica, request, context.RequestAborted);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var input = CarryInputAsync(socket, execution, over.Token);
        try
        {
            await foreach (var frame in execution.ReadFramesAsync(context.RequestAborted))
            {
                await socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, context.RequestAborted);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);

            // To cancel a receive is to abort the connection, and with it what is not sent yet: the exit status. The
            // caller's own close says that it has come.
            await input.WaitAsync(ClosePatience, time, context.RequestAborted);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or TimeoutException)
        {
            // The caller is gone; leaving this method ends the command.
        }

        // The command first: input that it has not read keeps whoever carries it waiting.
        await execution.DisposeAsync();
        await over.CancelAsync();
        await input;
    }

    private static ImmutableDictionary<string, string> Variables(string[] pairs) =>
        pairs.Select(pair => pair.Split('=', 2)).Where(parts => parts.Length == 2).ToImmutableDictionary(parts => parts[0], parts => parts[1]);

    private static async Task CarryInputAsync(WebSocket socket, Execution execution, CancellationToken ct)
    {
        var buffer = new byte[MaxInput];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), ct);
                if (received.MessageType == WebSocketMessageType.Close || !received.EndOfMessage)
                {
                    return;
                }

                await execution.SendFrameAsync(buffer.AsMemory(0, received.Count), ct);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One of the two sides has ended.
        }
    }
}
