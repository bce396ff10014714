using System.Net;
using System.Text;
using Gantry.Tests.Proxy.Wire;
using Xunit;
using static Gantry.Tests.Edge.Samples;

namespace Gantry.Tests.Edge;

public sealed class SiteTests : IAsyncLifetime
{
    private const string Host = "web.shop.localhost";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gantry-site-");
    private EdgeServer _edge = null!;

    private string Root => Path.Combine(_folder.FullName, "public");

    private static CancellationToken Ct => Deadline.Token;

    public async ValueTask InitializeAsync()
    {
        Write("public/index.html", "<h1>home</h1>");
        Write("public/app.js", "let a = 1;");
        Write("public/data.bin", "0123456789");
        Write("public/empty.txt", "");
        Write("public/docs/index.html", "docs");
        Write("public/bare/file.txt", "bare");
        Write("public/with space/ä.txt", "umlaut");
        Write("public/.env", "SECRET");
        Write("public/.git/config", "SECRET");
        Write("public/.well-known/security.txt", "contact");
        Write("public/docs/.well-known/x.txt", "SECRET");
        Write("secret.txt", "SECRET");
        Write("public-too/secret.txt", "SECRET");
        var site = Site("web", Root);
        _edge = await EdgeServer.StartAsync();
        _edge.Publish(Workspace("shop", "shop.localhost", [site]), Ready(site));
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("/", "<h1>home</h1>", "text/html; charset=utf-8")]
    [InlineData("/index.html?v=1", "<h1>home</h1>", "text/html; charset=utf-8")]
    [InlineData("/app.js", "let a = 1;", "text/javascript; charset=utf-8")]
    [InlineData("/data.bin", "0123456789", "application/octet-stream")]
    [InlineData("/empty.txt", "", "text/plain; charset=utf-8")]
    [InlineData("/docs/", "docs", "text/html; charset=utf-8")]
    [InlineData("/with%20space/%C3%A4.txt", "umlaut", "text/plain; charset=utf-8")]
    [InlineData("/.well-known/security.txt", "contact", "text/plain; charset=utf-8")]
    public async Task A_file_is_served_whole_and_with_its_type(string path, string content, string type)
    {
        using var response = await _edge.SendAsync(Host, path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(content, await response.Content.ReadAsStringAsync(Ct));
        Assert.Equal(Encoding.UTF8.GetByteCount(content), response.Content.Headers.ContentLength);
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        Assert.Equal("bytes", Assert.Single(response.Headers.AcceptRanges));
        Assert.False(response.Headers.ETag?.IsWeak);
        Assert.NotNull(response.Content.Headers.LastModified);
    }

    [Theory]
    [InlineData("photo.avif", "image/avif")]
    [InlineData("photo.WEBP", "image/webp")]
    [InlineData("font.woff2", "font/woff2")]
    [InlineData("logo.svg", "image/svg+xml")]
    [InlineData("module.mjs", "text/javascript; charset=utf-8")]
    [InlineData("code.wasm", "application/wasm")]
    [InlineData("app.js.map", "application/json")]
    [InlineData("app.webmanifest", "application/manifest+json")]
    [InlineData("style.css", "text/css; charset=utf-8")]
    [InlineData("data.json", "application/json")]
    [InlineData("noextension", "application/octet-stream")]
    [InlineData("odd.extension", "application/octet-stream")]
    public async Task The_type_follows_the_name(string name, string type)
    {
        Write($"public/{name}", "x");
        using var response = await _edge.SendAsync(Host, "/" + name);
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task HEAD_tells_the_same_without_a_body()
    {
        using var get = await _edge.SendAsync(Host, "/data.bin");
        using var head = await _edge.SendAsync(Host, "/data.bin", HttpMethod.Head);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(10, head.Content.Headers.ContentLength);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Equal("", await head.Content.ReadAsStringAsync(Ct));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Nothing_but_reading_is_allowed(string method)
    {
        using var response = await _edge.SendAsync(Host, "/data.bin", new HttpMethod(method));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/docs", "/docs/")]
    [InlineData("/docs?a=b%20c", "/docs/?a=b%20c")]
    [InlineData("/with%20space", "/with%20space/")]
    public async Task A_folder_is_redirected_to_its_closing_slash(string path, string location)
    {
        using var response = await _edge.SendAsync(Host, path);
        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        Assert.Equal(location, response.Headers.NonValidated["Location"].ToString());
    }

    [Theory]
    [InlineData("/missing")]
    [InlineData("/bare/")]
    [InlineData("/app.js/")]
    [InlineData("/app.js/x")]
    [InlineData("/.env")]
    [InlineData("/%2eenv")]
    [InlineData("/.git/config")]
    [InlineData("/docs/.well-known/x.txt")]
    [InlineData("/../secret.txt")]
    [InlineData("/docs/../../secret.txt")]
    [InlineData("/%2e%2e/")]
    [InlineData("/%2e%2e/index.html")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/%2E%2E/%2E%2E/etc/passwd")]
    [InlineData("/.%2e/secret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/..%2Fsecret.txt")]
    [InlineData("/docs%2f..%2f..%2fsecret.txt")]
    [InlineData("/%252e%252e/secret.txt")]
    [InlineData("/%252e%252e%252fsecret.txt")]
    [InlineData("/..%5csecret.txt")]
    [InlineData("/..\\secret.txt")]
    [InlineData("/docs%5cindex.html")]
    [InlineData("/%c0%ae%c0%ae/secret.txt")]
    [InlineData("/..%c0%afsecret.txt")]
    [InlineData("/%ef%bc%8e%ef%bc%8e/secret.txt")]
    [InlineData("//secret.txt")]
    [InlineData("//")]
    [InlineData("/docs//")]
    [InlineData("//docs/")]
    [InlineData("/./index.html")]
    [InlineData("/docs/./index.html")]
    [InlineData("/../public-too/secret.txt")]
    [InlineData("/index.html%20")]
    [InlineData("/index.html%0a")]
    [InlineData("/index.html%7f")]
    [InlineData("/%2fetc/passwd")]
    [InlineData("/C:/secret.txt")]
    public async Task What_is_not_there_is_not_there_and_what_is_hidden_neither(string path)
    {
        using var response = await _edge.SendAsync(Host, path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain("SECRET", await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/index.html%00")]
    [InlineData("/%00/index.html")]
    public async Task A_NUL_in_a_path_is_refused(string path)
    {
        using var response = await _edge.SendAsync(Host, path);
        Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Links_are_followed_within_the_root_and_never_out_of_it_or_to_what_is_hidden()
    {
        File.CreateSymbolicLink(Path.Combine(Root, "inside.js"), "app.js");
        File.CreateSymbolicLink(Path.Combine(Root, "outside.txt"), Path.Combine(_folder.FullName, "secret.txt"));
        File.CreateSymbolicLink(Path.Combine(Root, "hidden.txt"), ".env");
        File.CreateSymbolicLink(Path.Combine(Root, "twice.txt"), "outside.txt");
        File.CreateSymbolicLink(Path.Combine(Root, "dead.txt"), "nowhere");
        File.CreateSymbolicLink(Path.Combine(Root, "round.txt"), "round.txt");
        Directory.CreateSymbolicLink(Path.Combine(Root, "up"), "..");
        Directory.CreateSymbolicLink(Path.Combine(Root, "beside"), "../public-too");
        Directory.CreateSymbolicLink(Path.Combine(Root, "docs2"), "docs");
        Directory.CreateDirectory(Path.Combine(Root, "led"));
        File.CreateSymbolicLink(Path.Combine(Root, "led", "index.html"), Path.Combine(_folder.FullName, "secret.txt"));

        Assert.Equal("let a = 1;", await _edge.GetAsync(Host, "/inside.js"));
        Assert.Equal("docs", await _edge.GetAsync(Host, "/docs2/"));
        foreach (var path in new[] { "/outside.txt", "/hidden.txt", "/twice.txt", "/dead.txt", "/round.txt", "/up", "/up/secret.txt", "/beside/", "/beside/secret.txt", "/led/" })
        {
            using var response = await _edge.SendAsync(Host, path);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, response.StatusCode));
        }
    }

    [Fact]
    public async Task A_root_that_is_itself_a_link_or_hidden_is_served()
    {
        Write(".cache/site/index.html", "cached");
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "current"), ".cache/site");
        var site = Site("web", Path.Combine(_folder.FullName, "current"));
        _edge.Publish(Workspace("shop", "shop.localhost", [site]), Ready(site));
        Assert.Equal("cached", await _edge.GetAsync(Host));
    }

    [Fact]
    public async Task A_pipe_or_an_unreadable_file_holds_nobody_up()
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(Root, "pipe")])!;
        await made.WaitForExitAsync(Ct);
        using var response = await _edge.SendAsync(Host, "/pipe");
        Assert.Equal(0, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_changed_file_is_seen_at_once_under_another_tag()
    {
        using var before = await _edge.SendAsync(Host, "/app.js");
        Write("public/app.js", "let a = 2;");
        using var after = await _edge.SendAsync(Host, "/app.js", null, ("If-None-Match", before.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal("let a = 2;", await after.Content.ReadAsStringAsync(Ct));
        Assert.NotEqual(before.Headers.ETag, after.Headers.ETag);
    }

    [Fact]
    public async Task Conditions_are_judged_in_the_order_of_RFC_9110()
    {
        using var plain = await _edge.SendAsync(Host, "/data.bin");
        var (tag, modified) = (plain.Headers.ETag!.ToString(), plain.Content.Headers.LastModified!.Value);
        var (same, earlier, later) = (modified.ToString("R"), modified.AddSeconds(-1).ToString("R"), modified.AddSeconds(1).ToString("R"));

        await ExpectAsync(304, ("If-None-Match", tag));
        await ExpectAsync(304, ("If-None-Match", "W/" + tag));
        await ExpectAsync(304, ("If-None-Match", "\"other\", " + tag));
        await ExpectAsync(304, ("If-None-Match", "*"));
        await ExpectAsync(200, ("If-None-Match", "\"other\""));
        await ExpectAsync(200, ("If-None-Match", "\"other\""), ("If-Modified-Since", later));
        await ExpectAsync(304, ("If-None-Match", tag), ("If-Modified-Since", earlier));
        await ExpectAsync(304, ("If-Modified-Since", same));
        await ExpectAsync(304, ("If-Modified-Since", later));
        await ExpectAsync(200, ("If-Modified-Since", earlier));
        await ExpectAsync(200, ("If-Modified-Since", "not a date"));
        await ExpectAsync(412, ("If-Match", "\"other\""));
        await ExpectAsync(412, ("If-Match", "W/" + tag));
        await ExpectAsync(200, ("If-Match", tag));
        await ExpectAsync(200, ("If-Match", "*"));
        await ExpectAsync(412, ("If-Match", "\"other\""), ("If-None-Match", tag));
        await ExpectAsync(200, ("If-Match", tag), ("If-Unmodified-Since", earlier));
        await ExpectAsync(412, ("If-Unmodified-Since", earlier));
        await ExpectAsync(200, ("If-Unmodified-Since", same));
        await ExpectAsync(304, ("If-None-Match", tag), ("Range", "bytes=0-1"));
    }

    [Theory]
    [InlineData("bytes=0-3", "0123", "bytes 0-3/10")]
    [InlineData("bytes=4-4", "4", "bytes 4-4/10")]
    [InlineData("bytes=7-", "789", "bytes 7-9/10")]
    [InlineData("bytes=7-99", "789", "bytes 7-9/10")]
    [InlineData("bytes=-3", "789", "bytes 7-9/10")]
    [InlineData("bytes=-99", "0123456789", "bytes 0-9/10")]
    [InlineData("BYTES=0-0", "0", "bytes 0-0/10")]
    public async Task A_part_is_served_as_a_part(string range, string content, string told)
    {
        using var response = await _edge.SendAsync(Host, "/data.bin", null, ("Range", range));
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(content, await response.Content.ReadAsStringAsync(Ct));
        Assert.Equal(told, response.Content.Headers.ContentRange?.ToString());
    }

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=99-100")]
    [InlineData("bytes=-0")]
    public async Task A_part_that_is_not_there_is_a_416(string range)
    {
        using var response = await _edge.SendAsync(Host, "/data.bin", null, ("Range", range));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal("bytes */10", response.Content.Headers.ContentRange?.ToString());
    }

    [Theory]
    [InlineData("bytes=3-1")]
    [InlineData("bytes=x-")]
    [InlineData("lines=0-1")]
    [InlineData("bytes=0-1,4-5")]
    [InlineData("bytes=")]
    public async Task A_range_that_is_not_understood_is_passed_over(string range)
    {
        using var response = await _edge.SendAsync(Host, "/data.bin", null, ("Range", range));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("0123456789", await response.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task A_part_is_of_the_version_that_the_client_has_or_it_is_the_whole()
    {
        using var plain = await _edge.SendAsync(Host, "/data.bin");
        var (tag, modified) = (plain.Headers.ETag!.ToString(), plain.Content.Headers.LastModified!.Value);
        await ExpectAsync(206, ("Range", "bytes=0-1"), ("If-Range", tag));
        await ExpectAsync(200, ("Range", "bytes=0-1"), ("If-Range", "W/" + tag));
        await ExpectAsync(200, ("Range", "bytes=0-1"), ("If-Range", "\"other\""));
        await ExpectAsync(206, ("Range", "bytes=0-1"), ("If-Range", modified.ToString("R")));
        await ExpectAsync(200, ("Range", "bytes=0-1"), ("If-Range", modified.AddSeconds(-1).ToString("R")));
        using var head = await _edge.SendAsync(Host, "/data.bin", HttpMethod.Head, ("Range", "bytes=0-1"));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Fact]
    public async Task A_large_file_passes_unchanged()
    {
        var content = new byte[5_000_000];
        new Random(7).NextBytes(content);
        await File.WriteAllBytesAsync(Path.Combine(Root, "large.bin"), content, Ct);
        using var whole = await _edge.SendAsync(Host, "/large.bin");
        Assert.Equal(content, await whole.Content.ReadAsByteArrayAsync(Ct));
        using var part = await _edge.SendAsync(Host, "/large.bin", null, ("Range", "bytes=1000001-3999999"));
        Assert.Equal(content[1_000_001..4_000_000], await part.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task A_site_that_does_not_run_is_not_served()
    {
        var site = Site("web", Root);
        _edge.Publish(Workspace("shop", "shop.localhost", [site]), NotReady(site, Gantry.Workloads.WorkloadState.Stopped, "stopped"));
        using var response = await _edge.SendAsync(Host, "/data.bin");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    private async Task ExpectAsync(int status, params (string Name, string Value)[] headers)
    {
        using var response = await _edge.SendAsync(Host, "/data.bin", null, headers);
        Assert.Equal((string.Join("; ", headers), status), (string.Join("; ", headers), (int)response.StatusCode));
        if (status == 304)
        {
            Assert.NotNull(response.Headers.ETag);
            Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        }
    }

    private void Write(string path, string content)
    {
        var full = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
