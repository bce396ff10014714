using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Edge;

/// <summary>The web edge, asked by name.</summary>
public sealed class EdgeTests : GantryTest
{
    private static readonly string Shop = $$"""
        [workspace]
        name   = "shop"
        domain = "shop.localhost"
        [services.api]
        command = {{TestWorkspace.Run("serve", "--name", "api")}}
        [services.admin]
        command = {{TestWorkspace.Run("serve", "--name", "admin")}}
        env     = { WHO = "admin" }
        [services.web]
        site = "public"
        [[proxy.routes]]
        path    = "/api/*"
        service = "api"
        [[proxy.routes]]
        path    = "/api/admin/*"
        service = "admin"
        [[proxy.routes]]
        path    = "/exactly"
        service = "admin"
        [[proxy.routes]]
        host    = "admin.example.test"
        service = "admin"
        [[proxy.routes]]
        host    = "many.test"
        path    = "/*"
        service = "api"
        [[proxy.routes]]
        host    = "many.test"
        path    = "/env"
        service = "admin"
        [[proxy.routes]]
        host    = "long.test"
        path    = "/*"
        service = "api"
        [[proxy.routes]]
        host    = "long.test"
        path    = "/env/*"
        service = "admin"
        """;

    [Theory]
    [InlineData("api.shop.localhost", "/", "api")]
    [InlineData("API.Shop.Localhost", "/", "api")]
    [InlineData("admin.shop.localhost", "/", "admin")]
    [InlineData("web.shop.localhost", "/api/", null)]
    [InlineData("admin.example.test", "/", "admin")]
    public async Task A_service_answers_at_its_name(string host, string path, string? name)
    {
        await UpAsync();
        var answer = await AskAsync(host, path);
        if (name is null)
        {
            Assert.Equal((404, "nothing here"), (answer.Status, answer.Body.Trim()));
        }
        else
        {
            Assert.Equal((200, name), (answer.Status, answer.Text("name")));
        }
    }

    [Theory]
    [InlineData("web.shop.localhost", "/api/echo", 404, "nothing here")]
    [InlineData("shop.localhost", "/api/x", 404, "nothing here")]
    [InlineData("web.shop.localhost", "/api/admin/x", 404, "nothing here")]
    [InlineData("web.shop.localhost", "/exactly", 404, "nothing here")]
    [InlineData("web.shop.localhost", "/exactly/not", 404, null)]
    [InlineData("web.shop.localhost", "/apis", 404, null)]
    [InlineData("web.shop.localhost", "/", 200, "<h1>shop</h1>")]
    [InlineData("web.shop.localhost", "/deep/page.txt", 200, "text in a page")]
    [InlineData("web.shop.localhost", "/missing.txt", 404, null)]
    [InlineData("web.shop.localhost", "/../gantry.toml", 404, null)]
    [InlineData("web.shop.localhost", "/%2e%2e/gantry.toml", 404, null)]
    [InlineData("nobody.shop.localhost", "/", 404, null)]
    [InlineData("other.test", "/", 404, null)]
    public async Task A_path_leads_to_a_route_a_file_or_nowhere(string host, string path, int status, string? body)
    {
        await UpAsync();
        var answer = await RawAsync(host, path);
        Assert.Equal(status, answer.Status);
        Assert.DoesNotContain("[services", answer.Body, StringComparison.Ordinal);
        if (body is null)
        {
            Assert.DoesNotContain("nothing here\n", answer.Body, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(body, answer.Body.Trim());
        }
    }

    [Fact]
    public async Task A_site_whose_folder_is_taken_away_says_so_until_it_is_back()
    {
        var shop = await Home.LiveAsync("[services.web]\nsite = \"public\"\n", Ct);
        await shop.Files.WriteAsync("public/index.html", "<p>here</p>", Ct);
        await shop.UpAsync(Ct);
        var (here, away) = (Path.Combine(shop.Folder, "public"), Path.Combine(shop.Folder, "elsewhere"));
        Directory.Move(here, away);
        var service = await shop.UntilAsync("web", service => !service.Ready, Ct);
        Assert.Contains($"its folder {here} is not there", service.Reason, StringComparison.Ordinal);
        var door = await Home.DoorAsync("edge", Ct);
        await Eventually.PassesAsync(
            async () =>
            {
                var answer = await Web.GetFromEdgeAsync(door!, "web.shop.localhost", "/", Ct);
                Assert.Equal(503, answer.Status);
                Assert.Contains("is not there", answer.Body, StringComparison.Ordinal);
            },
            Ct);

        Directory.Move(away, here);
        await shop.UntilReadyAsync("web", Ct);
    }

    [Fact]
    public async Task A_more_specific_route_wins_wherever_it_stands()
    {
        await UpAsync();
        Assert.Equal("api", (await AskAsync("many.test", "/")).Text("name"));
        Assert.Equal("admin", (await AskAsync("many.test", "/env")).Text("WHO"));
        Assert.Equal("admin", (await AskAsync("long.test", "/env/")).Text("WHO"));
    }

    [Fact]
    public async Task A_request_arrives_as_it_was_sent()
    {
        await UpAsync();
        var echo = (await AskAsync("api.shop.localhost", "/echo?a=1&b=%20x", ("X-Own", "thing"))).Json();
        Assert.Equal(("GET", "/echo?a=1&b=%20x"), (echo.GetProperty("method").GetString(), echo.GetProperty("target").GetString()));
        var headers = echo.GetProperty("headers").EnumerateArray().Select(header => header.GetString()!).ToList();
        Assert.Contains("X-Own: thing", headers);
        Assert.Contains(headers, header => header.StartsWith("Host: api.shop.localhost", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(headers, header => header.StartsWith("X-Forwarded-For: 127.0.0.1", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(headers, header => header.StartsWith("X-Forwarded-Proto: http", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_service_that_is_not_ready_is_told_by_a_page_that_reloads()
    {
        var shop = await Home.LiveAsync($"[services.api]\ncommand = {TestWorkspace.Run("serve")}\nhealth = {{ exec = \"test -e gate\", interval = \"100ms\" }}\n", Ct);
        await shop.UpAsync(Ct, "--detach");
        await shop.UntilStateAsync("api", "running", Ct);
        var page = await AskAsync("api.shop.localhost", "/", ("Accept", "text/html"));
        Assert.Equal(503, page.Status);
        Assert.StartsWith("text/html", page.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains("starting", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.True(page.Body.Contains("refresh", StringComparison.OrdinalIgnoreCase) || page.Body.Contains("reload", StringComparison.OrdinalIgnoreCase) || page.Headers.ContainsKey("Refresh"), page.Body);
        await shop.Files.WriteAsync("gate", "", Ct);
        await shop.UntilReadyAsync("api", Ct);
        await Eventually.PassesAsync(async () => Assert.Equal(200, (await AskAsync("api.shop.localhost", "/", ("Accept", "text/html"))).Status), Ct);
    }

    [Fact]
    public async Task A_stopped_service_is_told_to_be_stopped()
    {
        var shop = await UpAsync();
        await shop.DoAsync(Ct, "stop", "api");
        var page = await AskAsync("api.shop.localhost", "/", ("Accept", "text/html"));
        Assert.Equal(503, page.Status);
        Assert.Contains("stopped", page.Body, StringComparison.Ordinal);
        await shop.DoAsync(Ct, "start", "api");
        Assert.Equal(200, (await AskAsync("api.shop.localhost", "/")).Status);
    }

    [Fact]
    public async Task Names_go_with_down()
    {
        var shop = await UpAsync();
        await shop.DownAsync(Ct);
        Assert.Equal(404, (await AskAsync("api.shop.localhost", "/")).Status);
        Assert.Equal(404, (await AskAsync("web.shop.localhost", "/")).Status);
    }

    [Fact]
    public async Task A_site_has_the_states_and_verbs_of_everything_else()
    {
        var shop = await UpAsync();
        var json = (await shop.DoAsync(Ct, "status", "web", "--json")).Json().GetProperty("services")[0];
        Assert.Equal(("site", "running", true), (json.GetProperty("runtime").GetString(), json.GetProperty("state").GetString(), json.GetProperty("ready").GetBoolean()));
        Assert.StartsWith("http://web.shop.localhost:", json.GetProperty("url").GetString(), StringComparison.Ordinal);
        await shop.DoAsync(Ct, "stop", "web");
        Assert.NotEqual(200, (await AskAsync("web.shop.localhost", "/")).Status);
        await shop.DoAsync(Ct, "start", "web");
        Assert.Equal(200, (await AskAsync("web.shop.localhost", "/")).Status);
        await shop.Files.WriteAsync("public/new.txt", "new", Ct);
        Assert.Equal("new", (await AskAsync("web.shop.localhost", "/new.txt")).Body);
        await shop.Files.WriteAsync("public/new.txt", "newer", Ct);
        Assert.Equal("newer", (await AskAsync("web.shop.localhost", "/new.txt")).Body);
    }

    [Fact]
    public async Task Files_have_their_types_and_are_not_sent_twice()
    {
        await UpAsync();
        var first = await AskAsync("web.shop.localhost", "/");
        Assert.StartsWith("text/html", first.Headers["Content-Type"], StringComparison.Ordinal);
        var again = await AskAsync("web.shop.localhost", "/", ("If-None-Match", first.Headers["ETag"]));
        Assert.Equal((304, ""), (again.Status, again.Body));
        var head = await AskAsync("web.shop.localhost", "/deep/page.txt", ("Range", "bytes=0-3"));
        Assert.Equal((206, "text"), (head.Status, head.Body));
    }

    [Fact]
    public async Task A_missing_folder_of_a_site_is_named()
    {
        var shop = await Home.LiveAsync("[services.web]\nsite = \"pubic\"\n", Ct);
        var up = await shop.RunAsync(Ct, "up");
        Assert.NotEqual(0, up.ExitCode);
        Assert.Contains("pubic", up.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20_000)]
    public async Task A_service_that_refuses_a_body_and_hangs_up_is_heard(int kilobytes)
    {
        // The program reads no chunks: it answers to the head, and its connection ends with all of the body unread.
        await UpAsync();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse((await Home.DoorAsync("edge", Ct))!), Ct);
        await using var stream = new NetworkStream(socket);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var sending = SendAsync();
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync(Ct));
        await answered.CancelAsync();
        await sending;

        async Task SendAsync()
        {
            try
            {
                await stream.WriteAsync("POST /status/413 HTTP/1.1\r\nHost: api.shop.localhost\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), answered.Token);
                var chunk = Encoding.ASCII.GetBytes($"400\r\n{new string('x', 1024)}\r\n");
                for (var i = 0; i < kilobytes; i++)
                {
                    await stream.WriteAsync(chunk, answered.Token);
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // It was answered before all was sent.
            }
        }
    }

    private async Task<LiveWorkspace> UpAsync()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.Files.WriteAsync("public/index.html", "<h1>shop</h1>\n", Ct);
        await shop.Files.WriteAsync("public/deep/page.txt", "text in a page\n", Ct);
        await shop.UpAsync(Ct);
        return shop;
    }

    private async Task<WebAnswer> AskAsync(string host, string path, params (string Name, string Value)[] headers) =>
        await Web.GetFromEdgeAsync((await Home.DoorAsync("edge", Ct))!, host, path, Ct, headers);

    /// <summary>The target as it stands: a client of the library tidies dots away.</summary>
    private async Task<(int Status, string Body)> RawAsync(string host, string path)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse((await Home.DoorAsync("edge", Ct))!), Ct);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n"), Ct);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(Ct);
        var head = answer.Split("\r\n\r\n", 2);
        return (int.Parse(head[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), head[1]);
    }
}
