using System.Net.WebSockets;
using System.Text;
using Gantry.Tests.Proxy.Wire;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Gantry.Tests.Proxy;

public class TunnelTests
{
    private const string Upgrade = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    private static CancellationToken Ct => Deadline.Token;

    [Fact]
    public async Task A_WebSocket_echoes_messages_of_any_size_and_closes_with_its_status()
    {
        await using var destination = await EchoAsync();
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("vite-hmr");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{proxy.Port}/hmr?token=1"), Ct);
        Assert.Equal("vite-hmr", socket.SubProtocol);

        foreach (var size in new[] { 1, 125, 126, 65_536, 1_000_000 })
        {
            var message = Encoding.ASCII.GetBytes(new string((char)('a' + (size % 26)), size));
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, Ct);
            Assert.Equal(message, await ReceiveAsync(socket));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Ct);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        Assert.Equal("bye too", socket.CloseStatusDescription);
        await Eventually.HoldsAsync(() => proxy.Finished.Count == 1, "the proxy is done with the tunnel");
    }

    [Fact]
    public async Task Both_sides_may_speak_first_and_what_follows_the_handshake_at_once_is_not_lost()
    {
        await using var destination = new RawServer(async (connection, ct) =>
        {
            var head = await connection.ReadHeadAsync(ct);
            Assert.Contains("\r\nConnection: Upgrade\r\n", head, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("\r\nUpgrade: websocket\r\n", head, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("\r\nSec-WebSocket-Key: eA==\r\n", head, StringComparison.OrdinalIgnoreCase);
            await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: yes\r\n\r\nhello", ct);
            Assert.Equal("ping", await connection.ReadAsync(4, ct));
            await connection.SendAsync("pong", ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync(Upgrade, Ct);
        var head = await client.ReadHeadAsync(Ct);
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: Upgrade\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nUpgrade: websocket\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nSec-WebSocket-Accept: yes\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("hello", await client.ReadAsync(5, Ct));
        await client.SendAsync("ping", Ct);
        Assert.Equal("pong", await client.ReadToEndAsync(Ct));
    }

    [Fact]
    public async Task A_refused_upgrade_is_an_ordinary_answer()
    {
        await using var destination = RawServer.Answering("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 4\r\n\r\nnope");
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);
        await client.SendAsync(Upgrade, Ct);
        Assert.StartsWith("HTTP/1.1 426 ", await client.ReadHeadAsync(Ct), StringComparison.Ordinal);
        Assert.Equal("nope", await client.ReadAsync(4, Ct));
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_tunnel_at_the_destination()
    {
        var ended = new TaskCompletionSource();
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadHeadAsync(ct);
            await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", ct);
            await connection.ReadToEndAsync(ct);
            ended.SetResult();
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using (var client = await RawConnection.ConnectAsync(proxy.Port, Ct))
        {
            await client.SendAsync(Upgrade, Ct);
            await client.ReadHeadAsync(Ct);
        }

        await ended.Task.WaitAsync(Ct);
    }

    [Theory]
    [InlineData("h2c")]
    [InlineData("websocket, H2C")]
    [InlineData("HTTP/2.0")]
    public async Task No_tunnel_past_the_routes_is_opened(string protocol)
    {
        var head = "";
        await using var destination = new RawServer(async (connection, ct) =>
        {
            head = await connection.ReadHeadAsync(ct);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync($"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: {protocol}\r\nHTTP2-Settings: AAMAAABk\r\n\r\n", Ct);

        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync(Ct), StringComparison.Ordinal);
        Assert.DoesNotContain("h2c", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Upgrade", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("HTTP2", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task When_the_server_ends_its_tunnels_end()
    {
        await using var destination = await EchoAsync();
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{proxy.Port}/"), Ct);

        proxy.Lifetime.StopApplication();

        await Assert.ThrowsAsync<WebSocketException>(() => ReceiveAsync(socket));
        await Eventually.HoldsAsync(() => proxy.Finished.Count == 1, "the proxy is done with the tunnel");
    }

    private static Task<WebServer> EchoAsync() => WebServer.StartAsync(
        _ => { },
        (_, pipeline) =>
        {
            pipeline.UseWebSockets();
            pipeline.Run(async context =>
            {
                var protocol = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault();
                using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
                var buffer = new byte[16 * 1024];
                while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
                {
                    await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
                }

                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye too", context.RequestAborted);
            });
        });

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket socket)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        WebSocketReceiveResult received;
        do
        {
            received = await socket.ReceiveAsync(buffer, Ct);
            message.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return message.ToArray();
    }
}
