using System.Text;
using Gantry.Proxy;
using Gantry.Proxy.Forwarding;
using Gantry.Tests.Proxy.Wire;
using Xunit;

namespace Gantry.Tests.Proxy;

/// <summary>Where messages begin and end, on both sides, and that a connection is sound afterwards.</summary>
public class ForwarderFramingTests
{
    private static CancellationToken Ct => Deadline.Token;

    [Fact]
    public async Task A_body_with_a_length_is_sent_by_length()
    {
        var seen = await AtDestinationAsync("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "hello");
        Assert.Contains("\r\nContent-Length: 5\r\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Transfer-Encoding", seen, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_body_in_chunks_is_sent_in_chunks()
    {
        var seen = await AtDestinationAsync("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nhel\r\n2\r\nlo\r\n0\r\nX-Trailer: 1\r\n\r\n", "0\r\n\r\n");
        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Content-Length", seen, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n0\r\n\r\n", seen, StringComparison.Ordinal);
        var body = seen[(seen.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.Equal("hello", string.Concat(body.Split("\r\n").Where((_, index) => index % 2 == 1)));
    }

    [Fact]
    public async Task An_empty_body_keeps_its_length_of_zero()
    {
        var seen = await AtDestinationAsync("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "\r\n\r\n");
        Assert.Contains("\r\nContent-Length: 0\r\n", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_a_body_gets_none()
    {
        var seen = await AtDestinationAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n");
        Assert.DoesNotContain("Content-Length", seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Transfer-Encoding", seen, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6")]
    [InlineData("Content-Length: 5, 5")]
    [InlineData("Transfer-Encoding: chunked, identity")]
    [InlineData("Transfer-Encoding: xchunked")]
    [InlineData("Transfer-Encoding : chunked")]
    [InlineData(" Transfer-Encoding: chunked")]
    [InlineData("X: y\n Transfer-Encoding: chunked")]
    [InlineData("X: y\rTransfer-Encoding: chunked")]
    public async Task A_request_that_could_be_read_in_two_ways_is_refused_and_reaches_nobody(string fields)
    {
        var reached = false;
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadHeadAsync(ct);
            reached = true;
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        var response = await AskAsync(proxy, $"POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.False(reached);
        Assert.DoesNotContain("200 OK", response, StringComparison.Ordinal);
        Assert.True(
            response.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal) || response.StartsWith("HTTP/1.1 501 ", StringComparison.Ordinal) || proxy.Outcomes.Single() is ProxyOutcome.InvalidRequest,
            response);
    }

    [Theory]
    [InlineData("Transfer-Encoding: gzip, chunked")]
    [InlineData("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked, chunked")]
    public async Task A_coding_that_nobody_here_undoes_is_refused_and_reaches_nobody(string field)
    {
        var reached = false;
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadHeadAsync(ct);
            reached = true;
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        var response = await AskAsync(proxy, $"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{field}\r\n\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 501 ", response, StringComparison.Ordinal);
        Assert.False(reached);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Content-Length: 5\r\n")]
    public async Task An_answer_in_chunks_has_no_length_besides(string besides)
    {
        await using var destination = RawServer.Answering($"HTTP/1.1 200 OK\r\n{besides}Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        var response = await AskAsync(proxy, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.DoesNotContain("Content-Length", response, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", response, StringComparison.Ordinal);
        Assert.EndsWith("\r\n0\r\n\r\n", response, StringComparison.Ordinal);
        Assert.Contains("hel", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nbroken\r\n\r\n")]
    public async Task An_answer_that_is_not_sound_HTTP_is_a_502(string answer)
    {
        await using var destination = RawServer.Answering(answer);
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        var response = await AskAsync(proxy, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 502 ", response, StringComparison.Ordinal);
        Assert.Equal(ForwarderErrorKind.InvalidResponse, proxy.LastError()?.Kind);
        Assert.DoesNotContain("hello", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_with_a_head_beyond_the_limit_is_a_502_and_one_below_it_passes()
    {
        var size = 60 * 1024;
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadHeadAsync(ct);
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nX-Long: {new string('x', size)}\r\nContent-Length: 0\r\n\r\n", ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        Assert.Contains(new string('x', size), await AskAsync(proxy, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        size = 70 * 1024;
        Assert.StartsWith("HTTP/1.1 502 ", await AskAsync(proxy, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(ForwarderErrorKind.InvalidResponse, proxy.LastError()?.Kind);
    }

    [Fact]
    public async Task A_request_with_a_huge_head_is_refused_and_a_large_one_passes()
    {
        var passed = await AtDestinationAsync($"GET / HTTP/1.1\r\nHost: a\r\nCookie: a={new string('x', 20_000)}\r\n\r\n", "\r\n\r\n");
        Assert.Contains(new string('x', 20_000), passed, StringComparison.Ordinal);

        await using var destination = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        Assert.StartsWith("HTTP/1.1 431 ", await AskAsync(proxy, $"GET / HTTP/1.1\r\nHost: a\r\nCookie: a={new string('x', 40_000)}\r\n\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n", "Content-Length: 1234")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nX-Kept: 1\r\n\r\n", "X-Kept: 1")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 1234\r\n\r\n", "ETag: \"x\"")]
    [InlineData("GET", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "Content-Length: 0")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "Content-Length: 0")]
    public async Task Answers_without_a_body_leave_both_connections_sound(string method, string answer, string expected)
    {
        var connections = 0;
        await using var destination = new RawServer(async (connection, ct) =>
        {
            Interlocked.Increment(ref connections);
            while (true)
            {
                var head = await connection.ReadHeadAsync(ct);
                await connection.SendAsync(head.Contains("/second", StringComparison.Ordinal) ? "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond" : answer, ct);
            }
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync($"{method} /first HTTP/1.1\r\nHost: a\r\n\r\n", Ct);
        var first = await client.ReadHeadAsync(Ct);
        await client.SendAsync("GET /second HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Ct);
        var second = await client.ReadToEndAsync(Ct);

        Assert.Contains(expected, first, StringComparison.Ordinal);
        Assert.DoesNotContain("Link:", first, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", second, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nsecond", second, StringComparison.Ordinal);
        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task An_answer_of_204_has_no_length()
    {
        await using var destination = RawServer.Answering("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        var response = await AskAsync(proxy, "DELETE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 204 ", response, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", response, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_answer_that_ends_with_its_connection_passes_whole()
    {
        await using var destination = RawServer.Answering("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nall of it");
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = proxy.Client();
        Assert.Equal("all of it", await client.GetStringAsync(new Uri("/", UriKind.Relative), Ct));
    }

    [Fact]
    public async Task A_client_of_HTTP_1_0_gets_neither_chunks_nor_a_lasting_connection()
    {
        await using var destination = RawServer.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        var response = await AskAsync(proxy, "GET / HTTP/1.0\r\n\r\n");

        Assert.DoesNotContain("chunked", response, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\nhello", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_waits_for_100_sends_its_body_once_the_destination_wants_it()
    {
        var body = "";
        await using var destination = new RawServer(async (connection, ct) =>
        {
            var head = await connection.ReadHeadAsync(ct);
            Assert.Contains("\r\nExpect: 100-continue\r\n", head, StringComparison.OrdinalIgnoreCase);
            await connection.SendAsync("HTTP/1.1 100 Continue\r\n\r\n", ct);
            body = await connection.ReadAsync(5, ct);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address, new ForwarderOptions { ContinueTimeout = TimeSpan.FromMinutes(1) });
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", Ct);
        Assert.StartsWith("HTTP/1.1 100 ", await client.ReadHeadAsync(Ct), StringComparison.Ordinal);
        await client.SendAsync("hello", Ct);

        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync(Ct), StringComparison.Ordinal);
        Assert.Equal("hello", body);
    }

    [Fact]
    public async Task A_client_that_waits_for_100_is_refused_before_it_has_sent_anything()
    {
        await using var destination = RawServer.Answering("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using var proxy = await ProxyServer.StartAsync(destination.Address, new ForwarderOptions { ContinueTimeout = TimeSpan.FromMinutes(1) });
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n", Ct);

        Assert.StartsWith("HTTP/1.1 413 ", await client.ReadHeadAsync(Ct), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xyz\r\n")]
    [InlineData("5\r\nhelloX\r\n")]
    [InlineData("-1\r\n")]
    public async Task A_malformed_body_is_the_clients_fault(string chunks)
    {
        await using var destination = new RawServer(async (connection, ct) => await connection.ReadToEndAsync(ct));
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        var response = await AskAsync(proxy, $"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");

        Assert.StartsWith("HTTP/1.1 400 ", response, StringComparison.Ordinal);
        Assert.Equal(ForwarderErrorKind.InvalidRequest, proxy.LastError()?.Kind);
    }

    /// <summary>Sends a request through the proxy and gives what reached the destination up to the mark.</summary>
    private static async Task<string> AtDestinationAsync(string request, string mark)
    {
        var seen = new StringBuilder();
        await using var destination = new RawServer(async (connection, ct) =>
        {
            seen.Append(await connection.ReadHeadAsync(ct));
            if (!seen.ToString().EndsWith(mark, StringComparison.Ordinal))
            {
                seen.Append(await connection.ReadUntilAsync(mark, ct));
            }

            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);
        await client.SendAsync(request, Ct);
        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync(Ct), StringComparison.Ordinal);
        return seen.ToString();
    }

    private static async Task<string> AskAsync(ProxyServer proxy, string request)
    {
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);
        await client.SendAsync(request, Ct);
        return await client.ReadToEndAsync(Ct);
    }
}
