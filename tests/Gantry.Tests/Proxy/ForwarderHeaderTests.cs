using System.Net;
using Gantry.Tests.Proxy.Wire;
using Xunit;

namespace Gantry.Tests.Proxy;

/// <summary>What reaches the destination and what comes back, compared as bytes on the wire.</summary>
public class ForwarderHeaderTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static CancellationToken Ct => Deadline.Token;

    [Fact]
    public async Task The_host_is_kept_and_ordinary_fields_pass_as_they_are()
    {
        var head = await HeadAtDestinationAsync("GET /a HTTP/1.1\r\nHost: Web.Shop.localhost:8080\r\nAccept: a/b, c/d;q=0.5\r\nX-Empty:\r\nCookie: a=1; b=2\r\nUser-Agent: x (y) z\r\nContent-Type: odd/on-a-get\r\n\r\n");

        Assert.StartsWith("GET /a HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nHost: Web.Shop.localhost:8080\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nAccept: a/b, c/d;q=0.5\r\n", head, StringComparison.Ordinal);
        Assert.Matches("\r\nX-Empty: ?\r\n", head);
        Assert.Contains("\r\nCookie: a=1; b=2\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nUser-Agent: x (y) z\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: odd/on-a-get\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_of_the_connection_stay_with_it_also_those_that_Connection_names()
    {
        var head = await HeadAtDestinationAsync(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Mine ,x-other\r\nX-Mine: 1\r\nX-Other: 2\r\nX-Kept: 3\r\nKeep-Alive: timeout=9\r\n"
            + "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eA==\r\nTE: trailers\r\nTrailer: X-T\r\nHTTP2-Settings: AAMAAABk\r\nProxy: http://evil.example\r\n\r\n");

        Assert.Contains("X-Kept: 3", head, StringComparison.Ordinal);
        foreach (var name in new[] { "X-Mine", "X-Other", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE", "Trailer", "HTTP2-Settings", "Proxy", "Connection", "Transfer-Encoding", "Content-Length" })
        {
            Assert.DoesNotContain($"\r\n{name}:", head, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("host")]
    [InlineData("close, Host")]
    public async Task Connection_cannot_take_the_host_away(string connection)
    {
        var head = await HeadAtDestinationAsync($"GET / HTTP/1.1\r\nHost: web.shop.localhost\r\nConnection: {connection}\r\n\r\n");
        Assert.Contains("\r\nHost: web.shop.localhost\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_destination_is_told_of_the_connection_and_not_what_the_client_claims()
    {
        var head = await HeadAtDestinationAsync(
            "GET / HTTP/1.1\r\nHost: web.shop.localhost:8080\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n"
            + "X-Forwarded-Prefix: /evil\r\nX_Forwarded_For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nVia: 1.0 fred\r\n\r\n");

        Assert.Contains("\r\nX-Forwarded-For: 127.0.0.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Forwarded-Proto: http\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Forwarded-Host: web.shop.localhost:8080\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nForwarded: for=127.0.0.1;host=\"web.shop.localhost:8080\";proto=http\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nVia: 1.0 fred, 1.1 gantry\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("6.6.6.6", head, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a%2Fb/%41?x=%20+%2B&y=a+b")]
    [InlineData("/%E4%BD%A0?q=%E5%A5%BD")]
    [InlineData("/a//b/")]
    [InlineData("/a;p=1/b:c@d!$&'()*,=~")]
    [InlineData("/?a[]=1&b={x}|^`\"<>")]
    [InlineData("/?")]
    [InlineData("/a?b?c")]
    [InlineData("/%zz")]
    [InlineData("/..a/.b/c..")]
    public async Task The_target_passes_byte_for_byte(string target) =>
        Assert.StartsWith($"GET {target} HTTP/1.1\r\n", await HeadAtDestinationAsync($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("/a/../b?x=/../y", "/b?x=/../y")]
    [InlineData("/a/%2e%2E/b", "/b")]
    [InlineData("/a/.%2e/b%20c", "/b%20c")]
    [InlineData("/./a", "/a")]
    [InlineData("http://a/x/../y?z", "/y?z")]
    [InlineData("http://a/x%20y", "/x%20y")]
    [InlineData("/a#b", "/a%23b")]
    [InlineData("/a\\..\\b", "/a\\..\\b")]
    public async Task A_target_that_could_be_read_in_two_ways_is_sent_as_the_router_read_it(string target, string sent) =>
        Assert.StartsWith($"GET {sent} HTTP/1.1\r\n", await HeadAtDestinationAsync($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PROPFIND")]
    [InlineData("OPTIONS")]
    [InlineData("X-OWN")]
    public async Task Any_method_passes(string method) =>
        Assert.StartsWith($"{method} / HTTP/1.1\r\n", await HeadAtDestinationAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task Bytes_beyond_ASCII_pass_in_both_directions()
    {
        var seen = "";
        await using var destination = new RawServer(async (connection, ct) =>
        {
            seen = await connection.ReadHeadAsync(ct);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nX-Name: K\u00c3\u00bcche\r\nX-Latin: K\u00fcche\r\nContent-Length: 0\r\n\r\n", ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        var response = await AskAsync(proxy, "GET / HTTP/1.1\r\nHost: a\r\nX-Name: K\u00c3\u00bcche\r\nX-Latin: K\u00fcche\r\nConnection: close\r\n\r\n");

        Assert.Contains("\r\nX-Name: K\u00c3\u00bcche\r\n", seen, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Latin: K\u00fcche\r\n", seen, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Name: K\u00c3\u00bcche\r\n", response, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Latin: K\u00fcche\r\n", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_leaves_the_fields_of_its_connection_behind_and_keeps_repeated_ones_apart()
    {
        await using var destination = RawServer.Answering(
            "HTTP/1.1 200 OK\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\n"
            + "Set-Cookie: a=1, x\r\nSet-Cookie: b=2\r\nServer: theirs\r\nX-Kept: 1\r\nContent-Length: 2\r\n\r\nok");
        await using var proxy = await ProxyServer.StartAsync(destination.Address);

        var response = await AskAsync(proxy, "GET / HTTP/1.1\r\nHost: a\r\n\r\n" + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        var first = response[..response.IndexOf("\r\n\r\n", StringComparison.Ordinal)];

        Assert.Contains("\r\nSet-Cookie: a=1, x\r\nSet-Cookie: b=2\r\n", first, StringComparison.Ordinal);
        Assert.Contains("\r\nServer: theirs\r\n", first, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Kept: 1", first, StringComparison.Ordinal);
        foreach (var name in new[] { "X-Mine", "Keep-Alive", "Proxy-Authenticate", "Upgrade", "Connection" })
        {
            Assert.DoesNotContain($"\r\n{name}:", first, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Redirects_cookies_and_compressed_bodies_are_the_clients_business()
    {
        var requests = 0;
        var packed = new byte[] { 0x1f, 0x8b, 0x08, 0x00 };
        await using var destination = await WebServer.StartAsync(context =>
        {
            Interlocked.Increment(ref requests);
            Assert.False(context.Request.Headers.ContainsKey("Cookie"));
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = "/elsewhere";
            context.Response.Headers.SetCookie = "a=1";
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.Body.WriteAsync(packed, context.RequestAborted).AsTask();
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = proxy.Client();

        for (var i = 1; i <= 2; i++)
        {
            using var response = await client.GetAsync(new Uri("/", UriKind.Relative), Ct);
            Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
            Assert.Equal("/elsewhere", response.Headers.Location?.ToString());
            Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
            Assert.Equal(packed, await response.Content.ReadAsByteArrayAsync(Ct));
            Assert.Equal(i, requests);
        }
    }

    [Fact]
    public async Task A_client_by_IPv6_is_named_as_RFC_7239_wants_it()
    {
        var headers = new HttpRequestMessage().Headers;
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("2001:db8::1");
        context.Request.Protocol = "HTTP/1.1";
        context.Request.Scheme = "https";
        context.Request.Headers.Host = "a.example";
        Gantry.Proxy.Forwarding.ForwardedHeaders.Add(context, headers);
        Assert.Equal("for=\"[2001:db8::1]\";host=\"a.example\";proto=https", headers.NonValidated["Forwarded"].ToString());
        Assert.Equal("2001:db8::1", headers.NonValidated["X-Forwarded-For"].ToString());

        context.Connection.RemoteIpAddress = IPAddress.Parse("::ffff:10.0.0.7");
        headers = new HttpRequestMessage().Headers;
        Gantry.Proxy.Forwarding.ForwardedHeaders.Add(context, headers);
        Assert.Equal("10.0.0.7", headers.NonValidated["X-Forwarded-For"].ToString());
        await Task.CompletedTask;
    }

    /// <summary>Sends a request through the proxy and gives the head that reached the destination.</summary>
    private static async Task<string> HeadAtDestinationAsync(string request)
    {
        var seen = "";
        await using var destination = new RawServer(async (connection, ct) =>
        {
            seen = await connection.ReadHeadAsync(ct);
            await connection.SendAsync(Ok, ct);
        });
        await using var proxy = await ProxyServer.StartAsync(destination.Address);
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);
        await client.SendAsync(request, Ct);
        var response = await client.ReadHeadAsync(Ct);
        Assert.StartsWith("HTTP/1.1 200 ", response, StringComparison.Ordinal);
        return seen;
    }

    private static async Task<string> AskAsync(ProxyServer proxy, string request)
    {
        using var client = await RawConnection.ConnectAsync(proxy.Port, Ct);
        await client.SendAsync(request, Ct);
        return await client.ReadToEndAsync(Ct);
    }
}
