using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Api;

/// <summary>An exec by a WebSocket client that is not ours, and uses what RFC 6455 allows.</summary>
public sealed class ExecSocketTests : GantryTest
{
    private const byte Stdin = 0, Stdout = 1, Exit = 3, Resize = 4;

    private const string Shop = "[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";

    [Theory]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    public async Task A_message_may_be_long(int length)
    {
        using var socket = await ExecAsync("[\"wc\", \"-c\"]");
        await SendAsync(socket, [Stdin, .. new byte[length]]);
        await SendAsync(socket, [Stdin]);
        Assert.Equal(($"{length}\n", 0), await ReadAsync(socket));
    }

    [Fact]
    public async Task A_message_may_come_in_fragments()
    {
        using var socket = await ExecAsync("[\"cat\"]");
        await SendAsync(socket, [Stdin], whole: false);
        await SendAsync(socket, "a"u8, whole: false);
        await SendAsync(socket, "b"u8, whole: false);
        await SendAsync(socket, [], whole: true);
        await SendAsync(socket, [], whole: true);
        await SendAsync(socket, [Stdin, .. "c"u8]);
        await SendAsync(socket, [Stdin], whole: false);
        await SendAsync(socket, [], whole: true);
        Assert.Equal(("abc", 0), await ReadAsync(socket));
    }

    [Fact]
    public async Task A_terminal_takes_its_size_in_fragments_too()
    {
        using var socket = await ExecAsync("[\"sh\", \"-c\", \"read line; stty size\"], \"terminal\": true");
        await SendAsync(socket, [Resize, 33, 0], whole: false);
        await SendAsync(socket, [99, 0]);
        await SendAsync(socket, [Stdin, .. "go\n"u8]);
        Assert.Contains("33 99", (await ReadAsync(socket)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_close_ends_the_command_and_is_answered()
    {
        using var socket = await ExecAsync($"[\"{Programs.TestApp}\", \"hold\", \"{Home.Marker}\"]");
        await Home.Processes.UntilMarkedAsync(1, Ct);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        Assert.Equal(WebSocketState.Closed, socket.State);
        await Home.Processes.UntilMarkedAsync(0, Ct);
    }

    [Fact]
    public async Task A_close_ends_a_command_whose_output_nobody_takes()
    {
        using var socket = await ExecAsync($"[\"sh\", \"-c\", \"$0 hold $1 & yes\", \"{Programs.TestApp}\", \"{Home.Marker}\"]");
        await Home.Processes.UntilMarkedAsync(1, Ct);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Ct);
        await Home.Processes.UntilMarkedAsync(0, Ct);
    }

    private static Task SendAsync(ClientWebSocket socket, ReadOnlySpan<byte> bytes, bool whole = true) =>
        socket.SendAsync(bytes.ToArray(), WebSocketMessageType.Binary, whole, Ct);

    /// <summary>What the command writes to its output until it ends, and how it ends.</summary>
    private static async Task<(string Output, int Exit)> ReadAsync(ClientWebSocket socket)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        var output = new StringBuilder();
        var buffer = new byte[1 << 20];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
                length += received.Count;
            }
            while (!received.EndOfMessage);

            Assert.True(received.MessageType == WebSocketMessageType.Binary, Encoding.UTF8.GetString(buffer, 0, length));
            if (buffer[0] == Exit)
            {
                return (output.ToString(), BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(1)));
            }

            output.Append(buffer[0] == Stdout ? Encoding.UTF8.GetString(buffer, 1, length - 1) : "");
        }
    }

    /// <param name="command">As JSON, and what else is to stand behind it.</param>
    private async Task<ClientWebSocket> ExecAsync(string command)
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct);
        var socket = await Home.Client.SocketAsync("/api/workspaces/shop/services/a/exec", Ct);
        await socket.SendAsync(Encoding.UTF8.GetBytes($"{{\"command\": {command}}}"), WebSocketMessageType.Text, true, Ct);
        return socket;
    }
}
