using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Gantry.Cli.Connection;
using Gantry.Cli.Failures;
using Gantry.Cli.Native;
using Gantry.Workloads.Guardian;

namespace Gantry.Cli.Exec;

/// <summary>Joins our standard streams with those of a command that runs in a service.</summary>
internal sealed class ExecConsole(DaemonClient client, ExecCall call)
{
    private const int BufferSize = 64 << 10;
    private const int Outgoing = 16;

    /// <summary>Runs it and returns its exit status. Cancelling ends it.</summary>
    /// <exception cref="CliException">It cannot be started, or nobody can tell how it ended.</exception>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        using var socket = await client.ExecAsync(call, ct);
        using var raw = !call.Start.Terminal ? null : RawTerminal.Enter(TerminalDevice.Stdin);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var frames = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Outgoing) { SingleReader = true });
        using var resized = !call.Start.Terminal || OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Resize(frames.Writer));
        using var input = new StandardInput();
        var reading = input.CopyAsync(frames.Writer, over.Token);
        var sending = SendAsync(socket, frames.Reader, over.Token);
        try
        {
            var exit = await ReceiveAsync(socket, ct);
            return exit ?? throw CliException.Failed(
                "exec-lost", $"nobody can tell how the command ended: {call.Service} or the daemon ended before it", $"gantry why {call.Service}");
        }
        finally
        {
            input.Stop();
            await over.CancelAsync();
            await Task.WhenAll(reading, sending);
            await CloseAsync(socket, ct);
        }
    }

    /// <summary>Tells the daemon that everything has come, where it still listens.</summary>
    private static async Task CloseAsync(WebSocket socket, CancellationToken ct)
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ct);
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException)
        {
            // It has gone first.
        }
    }

    private static void Resize(ChannelWriter<byte[]> frames)
    {
        if (TerminalDevice.SizeOf(TerminalDevice.Stdout) is var (rows, columns))
        {
            // Where the channel is full another one will come, or does not matter.
            _ = frames.TryWrite(ExecFrames.ResizeFrame(rows, columns));
        }
    }

    private static async Task SendAsync(WebSocket socket, ChannelReader<byte[]> frames, CancellationToken ct)
    {
        try
        {
            await foreach (var frame in frames.ReadAllAsync(ct))
            {
                await socket.SendAsync(frame.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, ct);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // The command has ended; how, the other direction tells.
        }
    }

    /// <summary>Writes what the command writes; its exit status in the end, null where the connection ended first.</summary>
    /// <exception cref="CliException">The daemon has not started it.</exception>
    private static async Task<int?> ReceiveAsync(WebSocket socket, CancellationToken ct)
    {
        using var stdout = StandardStream.Open(TerminalDevice.Stdout);
        using var stderr = StandardStream.Open(TerminalDevice.Stderr);
        var buffer = new byte[BufferSize];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, 2 * buffer.Length);
                }

                received = await socket.ReceiveAsync(buffer.AsMemory(length), ct);
                length += received.Count;
            }
            while (!received.EndOfMessage);

            if (received.MessageType == WebSocketMessageType.Close || length == 0)
            {
                return null;
            }

            if (received.MessageType == WebSocketMessageType.Text)
            {
                throw DaemonClient.Refusal(0, buffer.AsSpan(0, length));
            }

            switch (buffer[0])
            {
                case ExecFrames.Stdout:
                    stdout.Write(buffer.AsSpan(1, length - 1));
                    break;
                case ExecFrames.Stderr:
                    stderr.Write(buffer.AsSpan(1, length - 1));
                    break;
                case ExecFrames.Exit:
                    return BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(1, length - 1));
            }
        }
    }
}
