using System.Net;
using System.Net.Sockets;
using Gantry.Proxy.Forwarding;
using Gantry.Tests.Proxy.Wire;
using Xunit;

namespace Gantry.Tests.Proxy;

/// <summary>What a client is told, and what the caller learns, when a destination does not do its part.</summary>
public class ForwarderErrorTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    private static CancellationToken Ct => Deadline.Token;

    [Fact]
    public async Task Nobody_listening_is_a_502()
    {
        Uri closed;
        await using (var gone = RawServer.Answering(""))
        {
            closed = gone.Address;
        }

        await FailsAsync(closed, null, HttpStatusCode.BadGateway, ForwarderErrorKind.ConnectFailed);
    }

    [Fact]
    public async Task A_connection_that_does_not_come_about_is_a_504()
    {
        // A listener whose queue is full: the kernel drops further SYNs.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var filling = new List<Socket>();
        for (var i = 0; i < 4; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            filling.Add(socket);
            try
            {
                socket.Connect(listener.LocalEndPoint!);
            }
            catch (SocketException)
            {
                // In progress, and it stays so.
            }
        }

        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}");
        await FailsAsync(address, new ForwarderOptions { ConnectTimeout = TimeSpan.FromMilliseconds(300) }, HttpStatusCode.GatewayTimeout, ForwarderErrorKind.ConnectTimedOut);
        filling.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_destination_that_says_nothing_is_a_504_and_its_connection_is_ended()
    {
        var ended = new TaskCompletionSource();
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadToEndAsync(ct);
            ended.SetResult();
        });
        await FailsAsync(destination.Address, new ForwarderOptions { ResponseTimeout = TimeSpan.FromMilliseconds(300) }, HttpStatusCode.GatewayTimeout, ForwarderErrorKind.ResponseTimedOut);
        await ended.Task.WaitAsync(Ct);
    }

    [Fact]
    public async Task A_body_that_keeps_coming_does_not_wear_out_the_patience_for_the_answer()
    {
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadUntilAsync("0\r\n\r\n", ct);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address, new ForwarderOptions { ResponseTimeout = TimeSpan.FromMilliseconds(1000) });
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", Ct);
        for (var i = 0; i < 8; i++)
        {
            await client.SendAsync("1\r\nx\r\n", Ct);
            await Task.Delay(250, Ct);
        }

        await client.SendAsync("0\r\n\r\n", Ct);
        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_may_be_quiet_for_longer_than_the_patience_for_its_head()
    {
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadHeadAsync(ct);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nfour", ct);
            await Task.Delay(700, ct);
            await connection.SendAsync("more", ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address, new ForwarderOptions { ResponseTimeout = TimeSpan.FromMilliseconds(300) });
        using var client = proxy.Client();
        Assert.Equal("fourmore", await client.GetStringAsync(Root, Ct));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    public async Task A_connection_that_ends_before_the_answer_is_a_502(string beginning)
    {
        await using var destination = RawServer.Answering(beginning);
        await FailsAsync(destination.Address, null, HttpStatusCode.BadGateway, ForwarderErrorKind.ConnectionLost);
    }

    [Fact]
    public async Task A_connection_that_ends_before_the_first_byte_of_a_body_may_still_be_a_502_but_never_a_200_with_an_empty_body()
    {
        await using var destination = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Ct);
        var response = await client.ReadToEndAsync(Ct);
        Assert.True(response.StartsWith("HTTP/1.1 502 ", StringComparison.Ordinal) || response.Contains("Content-Length: 10", StringComparison.Ordinal), response);
    }

    [Fact]
    public async Task A_kept_connection_that_its_destination_has_closed_is_not_used_again()
    {
        var connections = 0;
        await using var destination = new RawServer(async (connection, ct) =>
        {
            Interlocked.Increment(ref connections);
            await connection.ReadHeadAsync(ct);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = proxy.Client();
        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal("ok", await client.GetStringAsync(Root, Ct));
            Assert.Equal(i, connections);
        }
    }

    [Fact]
    public async Task Fields_of_a_failed_answer_do_not_stick_to_what_is_told_instead()
    {
        await using var destination = RawServer.Answering("HTTP/1.1 200 OK\r\nX-Theirs: 1\r\nContent-Type: text/plain\r\nContent-Length: 1, 2\r\n\r\n");
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = proxy.Client();
        using var response = await client.GetAsync(Root, Ct);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.False(response.Headers.Contains("X-Theirs"));
        Assert.Null(response.Content.Headers.ContentType);
    }

    private static async Task FailsAsync(Uri destination, ForwarderOptions? options, HttpStatusCode status, ForwarderErrorKind kind)
    {
        await using var proxy = await ProxyServer.StartAsync(destination, options);
        using var client = proxy.Client();
        using var response = await client.GetAsync(Root, Ct);
        Assert.Equal(kind, proxy.LastError()?.Kind);
        Assert.Equal(status, response.StatusCode);
    }
}
