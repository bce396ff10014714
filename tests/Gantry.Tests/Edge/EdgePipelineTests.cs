using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gantry.Tests.Proxy.Wire;
using Gantry.Workloads;
using Xunit;
using static Gantry.Tests.Edge.Samples;

namespace Gantry.Tests.Edge;

public sealed partial class EdgePipelineTests : IAsyncLifetime
{
    private const string Host = "api.shop.localhost:8080";

    private static readonly (string, string) Browser = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

    private readonly WorkloadSpec _api = Service("api");
    private EdgeServer _edge = null!;

    private static CancellationToken Ct => Deadline.Token;

    public async ValueTask InitializeAsync() => _edge = await EdgeServer.StartAsync();

    public ValueTask DisposeAsync() => _edge.DisposeAsync();

    [Theory]
    [InlineData("api.shop.localhost:8080")]
    [InlineData("API.Shop.Localhost")]
    [InlineData("api.shop.localhost.")]
    public async Task A_ready_service_answers_for_its_name_however_it_is_written(string host)
    {
        await using var destination = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        PublishReady(destination.Address.Port);
        Assert.Equal("hello", await _edge.GetAsync(host));
    }

    [Fact]
    public async Task Replicas_take_turns_and_go_on_taking_turns_when_the_routes_change()
    {
        await using var first = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        await using var second = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
        var answers = "";
        for (var i = 0; i < 6; i++)
        {
            PublishReady(first.Address.Port, second.Address.Port);
            answers += await _edge.GetAsync(Host);
        }

        Assert.Equal("121212", answers);
    }

    [Fact]
    public async Task A_request_on_its_way_keeps_its_route_when_the_routes_change()
    {
        var begun = new TaskCompletionSource();
        var more = new TaskCompletionSource();
        await using var destination = new RawServer(async (connection, ct) =>
        {
            await connection.ReadHeadAsync(ct);
            begun.SetResult();
            await more.Task.WaitAsync(ct);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", ct);
        });
        PublishReady(destination.Address.Port);
        var asking = _edge.GetAsync(Host);
        await begun.Task.WaitAsync(Ct);
        Publish(WorkloadState.Stopped, "stopped");
        more.SetResult();
        Assert.Equal("hello", await asking);
    }

    [Theory]
    [InlineData(WorkloadState.Waiting, "api is starting", "gantry why api")]
    [InlineData(WorkloadState.Preparing, "api is starting", "gantry why api")]
    [InlineData(WorkloadState.Starting, "api is starting", "gantry why api")]
    [InlineData(WorkloadState.Running, "api is starting", "gantry why api")]
    [InlineData(WorkloadState.BackingOff, "api will be started again", "gantry why api")]
    [InlineData(WorkloadState.Stopping, "api is stopping", "gantry start api")]
    [InlineData(WorkloadState.Stopped, "api is stopped", "gantry start api")]
    [InlineData(WorkloadState.Completed, "api has ended", "gantry start api")]
    [InlineData(WorkloadState.Failed, "api has failed", "gantry why api")]
    public async Task A_service_that_is_not_ready_says_how_it_is(WorkloadState state, string title, string remedy)
    {
        Publish(state, "waits for db to be healthy");

        using var page = await _edge.SendAsync(Host, "/deep/link?x=1", null, Browser);
        var html = await page.Content.ReadAsStringAsync(Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType?.ToString());
        Assert.Equal("1", Assert.Single(page.Headers.GetValues("Retry-After")));
        Assert.True(page.Headers.CacheControl?.NoStore);
        Assert.Contains($"<h1>{title}</h1>", html, StringComparison.Ordinal);
        Assert.Contains("waits for db to be healthy", html, StringComparison.Ordinal);
        Assert.Contains($"<header>shop · {(state == WorkloadState.BackingOff ? "backing off" : state.ToString().ToLowerInvariant())}</header>", html, StringComparison.Ordinal);
        Assert.Contains($"data-state=\"{JsonNamingPolicy.CamelCase.ConvertName(state.ToString())}\"", html, StringComparison.Ordinal);
        Assert.Contains($"<code>{remedy}</code>", html, StringComparison.Ordinal);

        using var problem = await _edge.SendAsync(Host, "/deep/link?x=1", null, ("Accept", "*/*"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, problem.StatusCode);
        Assert.Equal("application/problem+json", problem.Content.Headers.ContentType?.ToString());
        Assert.Equal("1", Assert.Single(problem.Headers.GetValues("Retry-After")));
        Assert.True(problem.Headers.CacheControl?.NoStore);
        using var json = JsonDocument.Parse(await problem.Content.ReadAsStringAsync(Ct));
        string? Field(string name) => json.RootElement.GetProperty(name).ToString();
        Assert.Equal(
            (title, "503", "service-not-ready", "waits for db to be healthy", remedy, "shop", "api", JsonNamingPolicy.CamelCase.ConvertName(state.ToString())),
            (Field("title"), Field("status"), Field("code"), Field("detail"), Field("remedy"), Field("workspace"), Field("service"), Field("state")));
    }

    [Fact]
    public async Task An_unhealthy_service_and_one_that_never_ran_say_so_too()
    {
        _edge.Publish(Shop(), NotReady(_api, WorkloadState.Running, "HTTP 500 from /health", Health.Unhealthy));
        Assert.Contains("<h1>api is unhealthy</h1>", await _edge.GetAsync(Host, "/", Browser), StringComparison.Ordinal);
        _edge.Publish(Shop());
        Assert.Contains("<h1>api is not running</h1>", await _edge.GetAsync(Host, "/", Browser), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_progress_of_a_preparation_is_told()
    {
        _edge.Publish(Shop(), NotReady(_api, WorkloadState.Preparing, "preparing") with { Progress = "pulling postgres:16, 31 of 148 MB" });
        Assert.Contains("pulling postgres:16, 31 of 148 MB", await _edge.GetAsync(Host, "/", Browser), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "text/html", true)]
    [InlineData("HEAD", "text/html", true)]
    [InlineData("GET", "application/json, text/html;q=0.1", true)]
    [InlineData("GET", "text/html;q=0, application/json", false)]
    [InlineData("GET", "*/*", false)]
    [InlineData("GET", "application/json", false)]
    [InlineData("GET", "", false)]
    [InlineData("POST", "text/html", false)]
    public async Task Pages_are_for_those_who_open_a_page(string method, string accept, bool page)
    {
        Publish(WorkloadState.Starting, "starting");
        using var response = await _edge.SendAsync(Host, "/", new HttpMethod(method), ("Accept", accept));
        Assert.Equal(page ? "text/html" : "application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Accept", response.Headers.Vary);
        Assert.Equal(method == "HEAD", (await response.Content.ReadAsStringAsync(Ct)).Length == 0);
    }

    [Fact]
    public async Task A_page_looks_again_and_is_loaded_anew_once_the_service_answers()
    {
        Publish(WorkloadState.Starting, "starting");
        var html = await _edge.GetAsync(Host, "/", Browser);
        Assert.Contains("<noscript><meta http-equiv=\"refresh\"", html, StringComparison.Ordinal);
        Assert.Contains("'Gantry-Poll': '1'", html, StringComparison.Ordinal);
        Assert.Contains("headers.has('Gantry-Answer')", html, StringComparison.Ordinal);

        using var still = await _edge.SendAsync(Host, "/", null, Browser, ("Gantry-Poll", "1"));
        Assert.Equal("application/problem+json", still.Content.Headers.ContentType?.MediaType);
        Assert.True(still.Headers.Contains("Gantry-Answer"));

        // The service's own 503 is its own answer.
        await using var destination = RawServer.Answering("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nmine");
        PublishReady(destination.Address.Port);
        using var there = await _edge.SendAsync(Host, "/", null, Browser, ("Gantry-Poll", "1"));
        Assert.Equal("mine", await there.Content.ReadAsStringAsync(Ct));
        Assert.False(there.Headers.Contains("Gantry-Answer"));
    }

    [Fact]
    public async Task A_page_loads_nothing_and_runs_only_its_own_script()
    {
        Publish(WorkloadState.Starting, "starting");
        using var response = await _edge.SendAsync(Host, "/", null, Browser);
        var html = await response.Content.ReadAsStringAsync(Ct);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));

        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains($"style-src '{HashOf(html, "style")}'", policy, StringComparison.Ordinal);
        Assert.Contains($"script-src '{HashOf(html, "script")}'", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch(ForeignResource(), html);
        Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("<[^>]+ on[a-z]+=", html);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task What_is_told_cannot_become_part_of_a_page()
    {
        const string evil = "</p><script>alert(1)</script>\"'&";
        _edge.Publish(Workspace(evil, "shop.localhost", [_api, Job("migrate")]), NotReady(_api, WorkloadState.Failed, evil), NotReady(Job("migrate"), WorkloadState.Failed, evil));
        foreach (var host in new[] { Host, "shop.localhost" })
        {
            var html = await _edge.GetAsync(host, "/", Browser);
            Assert.DoesNotContain("alert(1)</script>", html, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_ready_service_that_nobody_can_connect_to_is_a_502_that_names_it()
    {
        int closed;
        await using (var gone = RawServer.Answering(""))
        {
            closed = gone.Address.Port;
        }

        PublishReady(closed);
        using var page = await _edge.SendAsync(Host, "/", null, Browser);
        Assert.Equal(HttpStatusCode.BadGateway, page.StatusCode);
        Assert.Contains("<h1>api does not accept connections</h1>", await page.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        using var problem = await _edge.SendAsync(Host, "/", HttpMethod.Post);
        Assert.Equal("service-unreachable", await CodeAsync(problem));
        Assert.Equal("service-unreachable", Assert.Single(problem.Headers.GetValues("Gantry-Answer")));
    }

    [Fact]
    public async Task A_page_about_a_request_that_was_sent_does_not_send_it_again_by_itself()
    {
        await using var destination = RawServer.Answering("");
        PublishReady(destination.Address.Port);
        var html = await _edge.GetAsync(Host, "/", Browser);
        Assert.Contains("<h1>api hung up before it answered</h1>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("refresh", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bare_domain_lists_the_services_with_addresses_and_states()
    {
        var (web, migrate) = (Site("web"), Job("migrate"));
        _edge.Publish(Workspace("shop", "shop.localhost", [_api, web, migrate]), NotReady(_api, WorkloadState.Failed, "exited with 3"), Ready(web), Snapshot(migrate, WorkloadState.Completed, ready: true, "completed", []));

        var html = await _edge.GetAsync("shop.localhost:8080", "/", Browser);
        Assert.Contains("<a href=\"http://web.shop.localhost:8080/\">web</a><small>ready</small>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"http://api.shop.localhost:8080/\">api</a><small>exited with 3</small>", html, StringComparison.Ordinal);
        Assert.Contains("<span>migrate</span><small>completed</small>", html, StringComparison.Ordinal);
        Assert.Contains("<main class=\"failed\">", html, StringComparison.Ordinal);

        Assert.Equal(
            "shop\n\napi      http://api.shop.localhost/  exited with 3\nweb      http://web.shop.localhost/  ready\nmigrate                              completed\n",
            await _edge.GetAsync("shop.localhost"));

        using var elsewhere = await _edge.SendAsync("shop.localhost", "/else");
        Assert.Equal((HttpStatusCode.NotFound, "no-route"), (elsewhere.StatusCode, await CodeAsync(elsewhere)));
    }

    [Theory]
    [InlineData("nope.shop.localhost")]
    [InlineData("localhost:8080")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("[::1]:8080")]
    public async Task An_unknown_host_is_told_to_callers_on_this_machine_with_the_known_ones(string host)
    {
        Publish(WorkloadState.Starting, "starting");
        using var problem = await _edge.SendAsync(host);
        using var json = JsonDocument.Parse(await problem.Content.ReadAsStringAsync(Ct));
        Assert.Equal(HttpStatusCode.NotFound, problem.StatusCode);
        Assert.Equal("unknown-host", json.RootElement.GetProperty("code").GetString());
        Assert.Equal(["api.shop.localhost", "shop.localhost"], json.RootElement.GetProperty("hosts").EnumerateArray().Select(known => known.GetString()));
        Assert.Contains("<a href=\"http://api.shop.localhost", await _edge.GetAsync(host, "/", Browser), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_not_be_on_this_machine_is_not_told_what_runs_on_it()
    {
        Publish(WorkloadState.Starting, "starting");
        Assert.DoesNotContain("api.shop", await _edge.GetAsync("rebound.example"), StringComparison.Ordinal);
        Assert.DoesNotContain("api.shop", await _edge.GetAsync("localhost", "/", ("X-Forwarded-For", "10.0.0.7")), StringComparison.Ordinal);
        Assert.DoesNotContain("api.shop", await _edge.GetAsync("localhost", "/", ("Forwarded", "for=10.0.0.7")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_from_another_address_is_not_told_what_runs_here()
    {
        var own = Array.Find(await Dns.GetHostAddressesAsync(Dns.GetHostName(), Ct), address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        Assert.SkipWhen(own is null, "this machine has no address but loopback");
        await using var edge = await EdgeServer.StartAsync(own);
        edge.Publish(Shop(), NotReady(_api, WorkloadState.Starting, "starting"));
        var told = await edge.GetAsync("nope.shop.localhost");
        Assert.Contains("unknown-host", told, StringComparison.Ordinal);
        Assert.DoesNotContain("api.shop", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("a_b:99999")]
    [InlineData("a%2eb")]
    public async Task A_host_that_is_none_is_refused_and_the_connection_ended(string host)
    {
        Publish(WorkloadState.Starting, "starting");
        using var client = await RawConnection.ConnectAsync(_edge.Port, Ct);
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n", Ct);
        var response = await client.ReadToEndAsync(Ct);
        Assert.StartsWith("HTTP/1.1 400 ", response, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: api.shop.localhost\r\nConnection: close\r\n\r\n")]
    public async Task A_request_that_means_no_service_is_a_404(string request)
    {
        PublishReady(1);
        using var client = await RawConnection.ConnectAsync(_edge.Port, Ct);
        await client.SendAsync(request, Ct);
        Assert.StartsWith("HTTP/1.1 404 ", await client.ReadToEndAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_lengths_are_refused_and_the_connection_ended()
    {
        PublishReady(1);
        using var client = await RawConnection.ConnectAsync(_edge.Port, Ct);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: api.shop.localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n", Ct);
        var response = await client.ReadToEndAsync(Ct);
        Assert.StartsWith("HTTP/1.1 400 ", response, StringComparison.Ordinal);
        Assert.Equal(response.IndexOf("HTTP/1.1", StringComparison.Ordinal), response.LastIndexOf("HTTP/1.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_coding_that_nobody_here_undoes_is_a_501_and_the_connection_ended()
    {
        PublishReady(1);
        using var client = await RawConnection.ConnectAsync(_edge.Port, Ct);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: api.shop.localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", Ct);
        var response = await client.ReadToEndAsync(Ct);
        Assert.StartsWith("HTTP/1.1 501 ", response, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", response, StringComparison.Ordinal);
    }

    private static string HashOf(string html, string element)
    {
        var text = Regex.Match(html, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline).Groups[1].Value;
        return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage response)
    {
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ct));
        return json.RootElement.GetProperty("code").GetString();
    }

    [GeneratedRegex("(src|href)=\"(?!data:,\")|url\\(|@import")]
    private static partial Regex ForeignResource();

    private WorkspaceSpec Shop() => Workspace("shop", "shop.localhost", [_api]);

    private void Publish(WorkloadState state, string reason) => _edge.Publish(Shop(), NotReady(_api, state, reason));

    private void PublishReady(params int[] ports) => _edge.Publish(Shop(), Ready(_api, ports));
}
