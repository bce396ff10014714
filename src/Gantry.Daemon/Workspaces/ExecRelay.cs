using System.Net.WebSockets;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Guardian;

namespace Gantry.Daemon.Workspaces;

/// <summary>
/// Carries an exec's frames between its WebSocket and the command. It is over with the command's last frame, or with the
/// caller's close (RFC 6455, section 5.5.1), which ends the command.
/// </summary>
internal static class ExecRelay
{
    /// <summary>The command gets its input in pieces of this size, however long the caller's messages are.</summary>
    private const int MaxInput = 64 << 10;

    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    public static async Task CarryAsync(WebSocket socket, Execution execution, TimeProvider time, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var input = CarryInputAsync(socket, execution, over.Token);
        var output = CarryOutputAsync(socket, execution, input, over.Token);
        try
        {
            if (await Task.WhenAny(input, output) == input)
            {
                await execution.DisposeAsync();
                using var patience = new CancellationTokenSource(ClosePatience, time);
                await output.WaitAsync(patience.Token);
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            }
            else
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ct);

                // To cancel a receive is to abort the connection, and with it what is not sent yet: the exit status. The
                // caller's own close says that it has come.
                await input.WaitAsync(ClosePatience, time, ct);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or TimeoutException)
        {
            // The caller is gone, or takes nothing any more.
        }

        // The command first: input that it has not read keeps whoever carries it waiting.
        await execution.DisposeAsync();
        await over.CancelAsync();
        await Task.WhenAll(input, output);
    }

    /// <summary>Returns after the command's last frame, or where the caller takes no more.</summary>
    private static async Task CarryOutputAsync(WebSocket socket, Execution execution, Task input, CancellationToken ct)
    {
        try
        {
            await foreach (var frame in execution.ReadFramesAsync(ct))
            {
                if (input.IsCompleted)
                {
                    return;
                }

                await socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, ct);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The caller is gone.
        }
    }

    /// <summary>Returns where the caller closes, or is gone.</summary>
    private static async Task CarryInputAsync(WebSocket socket, Execution execution, CancellationToken ct)
    {
        // The channel, and behind it what has come of the message.
        var frame = new byte[MaxInput];
        var (length, isPart) = (0, false);
        try
        {
            while (await socket.ReceiveAsync(frame.AsMemory(length), ct) is { MessageType: not WebSocketMessageType.Close } received)
            {
                length += received.Count;

                // A channel with nothing behind it is the end of the input, at the end of a message that was nothing else.
                var isWhole = received.EndOfMessage || frame[0] == ExecFrames.Stdin || length == frame.Length;
                if (length > 1 ? isWhole : length == 1 && received.EndOfMessage && !isPart)
                {
                    await execution.SendFrameAsync(frame.AsMemory(0, length), ct);
                    (length, isPart) = (1, true);
                }

                if (received.EndOfMessage)
                {
                    (length, isPart) = (0, false);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One of the two sides has ended.
        }
    }
}
