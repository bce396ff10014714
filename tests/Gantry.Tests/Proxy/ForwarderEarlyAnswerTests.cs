using System.Text;
using Gantry.Proxy.Forwarding;
using Gantry.Tests.Proxy.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Gantry.Tests.Proxy;

/// <summary>Destinations that answer before they have the whole body: their own answer is what the client sees.</summary>
public class ForwarderEarlyAnswerTests
{
    private const int Megabyte = 1 << 20;
    private const string ByLength = "Content-Length: 20971520\r\n\r\nfirst piece";
    private const string InChunks = "Transfer-Encoding: chunked\r\n\r\nb\r\nfirst piece\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static CancellationToken Ct => Deadline.Token;

    [Theory]
    [InlineData(ByLength, "413 Payload Too Large", true)]
    [InlineData(ByLength, "413 Payload Too Large", false)]
    [InlineData(ByLength, "401 Unauthorized", true)]
    [InlineData(ByLength, "401 Unauthorized", false)]
    [InlineData(InChunks, "413 Payload Too Large", true)]
    [InlineData(InChunks, "401 Unauthorized", false)]
    public async Task A_client_that_waits_after_its_first_piece_gets_the_answer_to_its_head(string body, string status, bool closes)
    {
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadHeadAsync(ct);
            await connection.SendAsync($"HTTP/1.1 {status}\r\nContent-Length: 7\r\n{(closes ? "Connection: close\r\n" : "")}\r\nrefused", ct);
            await Task.Delay(closes ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a\r\n{body}", Ct);

        Assert.StartsWith($"HTTP/1.1 {status}\r\n", await client.ReadHeadAsync(Ct), StringComparison.Ordinal);
        Assert.Equal("refused", await client.ReadAsync(7, Ct));
        Assert.Empty(proxy.Outcomes);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 100_000)]
    [InlineData(false, 100_000)]
    public async Task A_destination_that_refuses_within_the_body_and_hangs_up_is_heard(bool byLength, int after)
    {
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadHeadAsync(ct);
            await connection.SendAsync("HTTP/1.1 100 Continue\r\n\r\n", ct);
            await connection.ReadAsync(1 + after, ct);
            await connection.SendAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 7\r\nConnection: close\r\n\r\ntoo big", ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        var answer = await UploadAsync(proxy, 20 * Megabyte, byLength);

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\ntoo big", answer, StringComparison.Ordinal);
        Assert.Empty(proxy.Outcomes);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public async Task A_body_too_small_to_ask_about_may_be_refused_as_well(int size)
    {
        await using var destination = RawServer.Answering("HTTP/1.1 413 Content Too Large\r\nContent-Length: 7\r\nConnection: close\r\n\r\ntoo big");
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        for (var i = 0; i < 10; i++)
        {
            Assert.StartsWith("HTTP/1.1 413 ", await UploadAsync(proxy, size, byLength: true), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_limit_of_a_real_server_is_passed_on(bool byLength)
    {
        await using var destination = await WebServer.StartAsync(async context =>
        {
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = 300_000;
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        Assert.StartsWith("HTTP/1.1 413 ", await UploadAsync(proxy, 20 * Megabyte, byLength), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_destination_that_dies_within_the_body_is_a_502_at_once(bool byLength)
    {
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadHeadAsync(ct);
            await connection.ReadAsync(1000, ct);
            connection.Reset();
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        Assert.StartsWith("HTTP/1.1 502 ", await UploadAsync(proxy, 20 * Megabyte, byLength), StringComparison.Ordinal);
        Assert.Equal(ForwarderErrorKind.ConnectionLost, proxy.LastError()?.Kind);
    }

    /// <summary>A limit that the documentation tells: nothing is read of the answer before everything is written.</summary>
    [Fact]
    public async Task A_destination_that_refuses_late_and_neither_reads_on_nor_hangs_up_is_a_504_once_patience_ends()
    {
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadHeadAsync(ct);
            await Task.Delay(TimeSpan.FromMilliseconds(600), ct);
            await connection.SendAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 7\r\n\r\ntoo big", ct);
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address, new ForwarderOptions { ResponseTimeout = TimeSpan.FromSeconds(2) });

        Assert.StartsWith("HTTP/1.1 504 ", await UploadAsync(proxy, 20 * Megabyte, byLength: true), StringComparison.Ordinal);
        Assert.Equal(ForwarderErrorKind.ResponseTimedOut, proxy.LastError()?.Kind);
    }

    [Theory]
    [InlineData("HTTP/1.1", true)]
    [InlineData("HTTP/1.1", false)]
    [InlineData("HTTP/1.0", true)]
    public async Task A_destination_that_knows_nothing_of_expectations_gets_the_body_after_a_short_wait(string version, bool byLength)
    {
        await using var destination = new RawServer(async (connection, ct) =>
        {
            var head = await connection.ReadHeadAsync(ct);
            Assert.Contains("\r\nExpect: 100-continue\r\n", head, StringComparison.Ordinal);
            if (byLength)
            {
                await connection.ReadAsync(2 * Megabyte, ct);
            }
            else
            {
                await connection.ReadUntilAsync("\r\n0\r\n\r\n", ct);
            }

            await connection.SendAsync($"{version} 200 OK\r\nContent-Length: 2\r\n\r\nok", ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        Assert.StartsWith("HTTP/1.1 200 ", await UploadAsync(proxy, byLength ? 2 * Megabyte : 1000, byLength), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_destination_that_refuses_to_be_asked_is_not_asked(bool byLength)
    {
        var heads = new List<string>();
        var size = byLength ? 2 * Megabyte : 1000;
        await using var destination = new RawServer(async (connection, ct) =>
        {
            var head = await connection.ReadHeadAsync(ct);
            heads.Add(head);
            if (head.Contains("Expect", StringComparison.OrdinalIgnoreCase))
            {
                await connection.SendAsync("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n", ct);
                return;
            }

            var body = byLength ? await connection.ReadAsync(size, ct) : await connection.ReadUntilAsync("\r\n0\r\n\r\n", ct);
            await connection.SendAsync(body.Contains('x', StringComparison.Ordinal) ? Ok : "", ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        var answer = await UploadAsync(proxy, size, byLength);

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Equal(2, heads.Count);
        Assert.Equal(heads[0].Replace("Expect: 100-continue\r\n", "", StringComparison.Ordinal), heads[1]);
    }

    [Fact]
    public async Task A_client_that_asked_itself_is_told_that_it_may_not_ask()
    {
        await using var destination = RawServer.Answering("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync($"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: {2 * Megabyte}\r\nExpect: 100-continue\r\n\r\n", Ct);

        Assert.StartsWith("HTTP/1.1 417 ", await client.ReadHeadAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_asked_about_a_small_body()
    {
        var head = "";
        await using var destination = new RawServer(async (connection, ct) =>
        {
            head = await connection.ReadHeadAsync(ct);
            await connection.ReadAsync(5, ct);
            await connection.SendAsync(Ok, ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nfirst", Ct);

        await Eventually.HoldsAsync(() => head.Length > 0, "the destination has the head");
        Assert.DoesNotContain("Expect", head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_destination_that_is_content_without_the_body_is_heard_and_the_next_request_is_sound(bool byLength)
    {
        await using var destination = await WebServer.StartAsync(context => context.Response.WriteAsync($"did {context.Request.Path}", context.RequestAborted));
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        for (var i = 0; i < 3; i++)
        {
            var answer = await UploadAsync(proxy, 5 * Megabyte, byLength);
            Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
            Assert.Contains("did /upload", answer, StringComparison.Ordinal);
            using var client = proxy.Client();
            Assert.Equal("did /next", await client.GetStringAsync(new Uri("/next", UriKind.Relative), Ct));
        }
    }

    /// <summary>Sends a whole body, as far as it is taken, and gives the answer to it, as far as that has come by then.</summary>
    private static async Task<string> UploadAsync(ProxyServer proxy, int size, bool byLength)
    {
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var sending = SendAsync(client, size, byLength, stop.Token);
        var head = await client.ReadHeadAsync(Ct);
        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))?[16..];
        var body = length is null ? "" : await client.ReadAsync(int.Parse(length), Ct);
        if (length is null && head.Contains("chunked", StringComparison.Ordinal))
        {
            body = await client.ReadUntilAsync("0\r\n\r\n", Ct);
        }

        await stop.CancelAsync();
        await sending;
        return head + body;
    }

    private static async Task SendAsync(RawConnection client, int size, bool byLength, CancellationToken ct)
    {
        try
        {
            await client.SendAsync($"POST /upload HTTP/1.1\r\nHost: a\r\n{(byLength ? $"Content-Length: {size}" : "Transfer-Encoding: chunked")}\r\n\r\n", ct);
            for (var left = size; left > 0;)
            {
                var count = Math.Min(left, 64 * 1024);
                var piece = new StringBuilder().Append('x', count);
                await client.SendAsync(byLength ? piece.ToString() : $"{count:x}\r\n{piece}\r\n", ct);
                left -= count;
            }

            await client.SendAsync(byLength ? "" : "0\r\n\r\n", ct);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // It was answered before it was read.
        }
    }
}
