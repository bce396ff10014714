using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gantry.Tests.Proxy.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace Gantry.Tests.Proxy;

/// <summary>Bodies pass as they come, in both directions, and nothing is held that need not be.</summary>
public class ForwarderStreamingTests
{
    private const int Megabyte = 1024 * 1024;

    private static readonly Uri Root = new("/", UriKind.Relative);

    private static CancellationToken Ct => Deadline.Token;

    [Fact]
    public async Task An_event_arrives_before_the_stream_has_ended()
    {
        var more = new TaskCompletionSource();
        await using var destination = await WebServer.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: first\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await more.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("data: second\n\n", context.RequestAborted);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Ct);
        Assert.Contains("data: first\n\n", await client.ReadUntilAsync("first\n\n", Ct), StringComparison.Ordinal);
        Assert.False(more.Task.IsCompleted);
        more.SetResult();
        Assert.EndsWith("0\r\n\r\n", await client.ReadUntilAsync("0\r\n\r\n", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_head_of_a_stream_arrives_before_its_first_event()
    {
        var more = new TaskCompletionSource();
        await using var destination = await WebServer.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await more.Task.WaitAsync(context.RequestAborted);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Ct);
        Assert.Contains("text/event-stream", await client.ReadHeadAsync(Ct), StringComparison.Ordinal);
        Assert.False(more.Task.IsCompleted);
        more.SetResult();
    }

    [Fact]
    public async Task A_piece_of_a_body_reaches_the_destination_before_the_next_one_is_sent()
    {
        var seen = new StringBuilder();
        await using var destination = await WebServer.StartAsync(async context =>
        {
            var buffer = new byte[1024];
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var read and > 0)
            {
                seen.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n", Ct);
        await Eventually.HoldsAsync(() => seen.ToString() == "one", "the first piece is at the destination");
        await client.SendAsync("3\r\ntwo\r\n0\r\n\r\n", Ct);
        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync(Ct), StringComparison.Ordinal);
        Assert.Equal("onetwo", seen.ToString());
    }

    [Fact]
    public async Task A_hundred_megabytes_pass_in_both_directions_unchanged_and_unbuffered()
    {
        const int count = 100;
        var peak = new PeakMemory();
        var expected = PushContent.Hash(count);

        await using var hashing = await WebServer.StartAsync(async context =>
        {
            var hash = await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted);
            await context.Response.WriteAsync(Convert.ToHexString(hash), context.RequestAborted);
        });
        await using var hashingProxy = await ProxyServer.StartAsync(hashing.Address);
        using var hashingClient = hashingProxy.Client();
        using var upload = new PushContent(count, peak);
        using var uploaded = await hashingClient.PostAsync(Root, upload, Ct);
        Assert.Equal(expected, await uploaded.Content.ReadAsStringAsync(Ct));

        await using var sending = await WebServer.StartAsync(context => new PushContent(count, peak).CopyToAsync(context.Response.Body, context.RequestAborted));
        await using var sendingProxy = await ProxyServer.StartAsync(sending.Address);
        using var sendingClient = sendingProxy.Client();
        await using var body = await sendingClient.GetStreamAsync(Root, Ct);
        Assert.Equal(expected, Convert.ToHexString(await SHA256.HashDataAsync(body, Ct)));

        Assert.InRange(peak.Growth, 0, 40 * Megabyte);
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_the_destination_back()
    {
        long written = 0;
        await using var destination = await WebServer.StartAsync(async context =>
        {
            var piece = new byte[64 * 1024];
            while (written < 200L * Megabyte)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                Interlocked.Add(ref written, piece.Length);
            }
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Ct);
        await client.ReadHeadAsync(Ct);
        await SettledAsync(() => Interlocked.Read(ref written));

        // What the kernel's socket buffers take, and no more: they grow to a few megabytes on either connection.
        Assert.InRange(Interlocked.Read(ref written), 1, 40L * Megabyte);
    }

    [Fact]
    public async Task A_destination_that_does_not_read_holds_the_client_back()
    {
        var hold = new TaskCompletionSource();
        await using var destination = await WebServer.StartAsync(_ => hold.Task);
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        long sent = 0;
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {200L * Megabyte}\r\n\r\n", Ct);
        var sending = Task.Run(
            async () =>
            {
                var piece = new string('x', 64 * 1024);
                while (sent < 200L * Megabyte)
                {
                    await client.SendAsync(piece, stop.Token);
                    Interlocked.Add(ref sent, piece.Length);
                }
            },
            Ct);
        await SettledAsync(() => Interlocked.Read(ref sent));

        Assert.InRange(Interlocked.Read(ref sent), 1, 40L * Megabyte);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        hold.SetResult();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_leaves_ends_the_request_at_the_destination(bool answered)
    {
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using var destination = await WebServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(ended.SetResult);
            if (answered)
            {
                await context.Response.WriteAsync("a", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            begun.SetResult();
            await ended.Task;
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using (var client = await RawConnection.ConnectAsync(proxy.Port, Ct))
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Ct);
            await begun.Task.WaitAsync(Ct);
            if (answered)
            {
                await client.ReadHeadAsync(Ct);
            }
        }

        await ended.Task.WaitAsync(Ct);
        await Eventually.HoldsAsync(() => proxy.Finished.Count == 1, "the proxy is done with the request");
        Assert.Empty(proxy.Outcomes);
    }

    [Fact]
    public async Task A_client_that_leaves_within_its_body_ends_the_request_at_the_destination()
    {
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource<string>();
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadUntilAsync("one", ct);
            begun.SetResult();
            ended.SetResult(await connection.ReadToEndAsync(ct));
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using (var client = await RawConnection.ConnectAsync(proxy.Port, Ct))
        {
            await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n", Ct);
            await begun.Task.WaitAsync(Ct);
        }

        Assert.DoesNotContain("0\r\n\r\n", await ended.Task.WaitAsync(Ct), StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => proxy.Finished.Count == 1, "the proxy is done with the request");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", "")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", null)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n", "")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n", "zz\r\n")]
    public async Task A_destination_that_dies_within_its_body_cuts_the_clients_connection(string answer, string? end)
    {
        var partArrived = new TaskCompletionSource();
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadHeadAsync(ct);
            await connection.SendAsync(answer, ct);
            await partArrived.Task.WaitAsync(ct);
            if (end is null)
            {
                connection.Reset();
                return;
            }

            await connection.SendAsync(end, ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Ct);
        var begin = await client.ReadUntilAsync("part", Ct);
        partArrived.SetResult();
        var rest = await client.ReadToEndAsync(Ct);

        Assert.StartsWith("HTTP/1.1 200 ", begin, StringComparison.Ordinal);
        Assert.DoesNotContain("0\r\n\r\n", rest, StringComparison.Ordinal);
        Assert.Empty(proxy.Outcomes);
    }

    [Fact]
    public async Task Trailers_of_an_answer_reach_a_client_whose_protocol_has_them()
    {
        await using var destination = RawServer.Answering(
            "HTTP/1.1 200 OK\r\nTrailer: Grpc-Status\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nGrpc-Status: 0\r\nGrpc-Message: fine\r\n\r\n");
        await using var proxy = await ProxyServer.StartAsync(destination.Address, protocols: HttpProtocols.Http2);
        using var client = proxy.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, Root) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await client.SendAsync(request, Ct);

        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Ct));
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("Grpc-Status")));
        Assert.Equal("fine", Assert.Single(response.TrailingHeaders.GetValues("Grpc-Message")));
    }

    [Fact]
    public async Task When_the_server_ends_an_event_stream_ends_properly_and_another_request_is_served_to_its_end()
    {
        var more = new TaskCompletionSource();
        await using var destination = await WebServer.StartAsync(async context =>
        {
            context.Response.ContentType = context.Request.Path == "/events" ? "text/event-stream" : "text/plain";
            await context.Response.WriteAsync("first", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await more.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("last", context.RequestAborted);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var events = await RawConnection.ConnectAsync(proxy.Port, Ct);
        using var plain = await RawConnection.ConnectAsync(proxy.Port, Ct);
        await events.SendAsync("GET /events HTTP/1.1\r\nHost: a\r\n\r\n", Ct);
        await plain.SendAsync("GET /plain HTTP/1.1\r\nHost: a\r\n\r\n", Ct);
        await events.ReadUntilAsync("first", Ct);
        await plain.ReadUntilAsync("first", Ct);

        proxy.Lifetime.StopApplication();

        Assert.EndsWith("0\r\n\r\n", await events.ReadUntilAsync("0\r\n\r\n", Ct), StringComparison.Ordinal);
        more.SetResult();
        Assert.EndsWith("last\r\n0\r\n\r\n", await plain.ReadUntilAsync("0\r\n\r\n", Ct), StringComparison.Ordinal);
    }

    /// <summary>Returns once a count has stood still for a while.</summary>
    private static async Task SettledAsync(Func<long> count)
    {
        var (last, since) = (-1L, Stopwatch.StartNew());
        await Eventually.HoldsAsync(
            () =>
            {
                if (count() is var now && now != last)
                {
                    (last, since) = (now, Stopwatch.StartNew());
                }

                return last > 0 && since.ElapsedMilliseconds > 500;
            },
            "the count stands still");
    }

    /// <summary>The greatest growth of the process's live memory since its making, as far as it was looked at.</summary>
    private sealed class PeakMemory
    {
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);

        public long Growth { get; private set; }

        public void Look() => Growth = Math.Max(Growth, GC.GetTotalMemory(forceFullCollection: true) - _before);
    }

    /// <summary>Megabytes, each filled with its own number.</summary>
    private sealed class PushContent(int megabytes, PeakMemory? peak = null) : HttpContent
    {
        public static string Hash(int megabytes)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var i = 0; i < megabytes; i++)
            {
                hash.AppendData(Piece(i));
            }

            return Convert.ToHexString(hash.GetHashAndReset());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var i = 0; i < megabytes; i++)
            {
                await stream.WriteAsync(Piece(i), TestContext.Current.CancellationToken);
                if (i % 10 == 9)
                {
                    peak?.Look();
                }
            }
        }

        private static byte[] Piece(int number)
        {
            var piece = new byte[Megabyte];
            Array.Fill(piece, (byte)number);
            return piece;
        }
    }
}
