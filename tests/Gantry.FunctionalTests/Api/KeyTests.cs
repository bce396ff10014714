using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Api;

/// <summary>Who may talk to the daemon over TCP.</summary>
public sealed class KeyTests : GantryTest
{
    private static readonly string[] Guarded = ["/api/workspaces", "/api/events", "/api/doctor", "/api/nothing", "/openapi/v1.json"];

    [Fact]
    public async Task Without_the_key_nothing_is_answered_but_health()
    {
        var door = await DoorAsync();
        foreach (var path in Guarded)
        {
            Assert.Equal(401, (await Web.GetAsync($"http://{door}{path}", Ct)).Status);
            Assert.Equal(401, (await Web.GetAsync($"http://{door}{path}", Ct, ("Authorization", "Bearer wrong"))).Status);
            Assert.Equal(401, (await Web.GetAsync($"http://{door}{path}", Ct, ("Authorization", $"Bearer {(await KeyAsync())[..^1]}"))).Status);
        }

        Assert.Equal(401, (await Web.SendAsync(HttpMethod.Post, $"http://{door}/api/daemon/stop", Ct)).Status);
        Assert.Equal(200, (await Web.GetAsync($"http://{door}/health/live", Ct)).Status);
        Assert.Equal(200, (await Web.GetAsync($"http://{door}/health/ready", Ct)).Status);
    }

    [Fact]
    public async Task With_the_key_the_same_is_answered_as_on_the_socket()
    {
        var door = await DoorAsync();
        var answer = await Web.GetAsync($"http://{door}/api/workspaces", Ct, ("Authorization", $"Bearer {await KeyAsync()}"));
        Assert.Equal((200, "[]"), (answer.Status, answer.Body));
        Assert.Equal("[]", (await Home.Client.GetAsync("/api/workspaces", Ct)).ToString());
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:80")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("192.168.1.7")]
    [InlineData("localhost.evil.example")]
    public async Task A_foreign_host_name_is_refused_even_with_the_key(string host)
    {
        var door = await DoorAsync();
        var answer = await Web.GetAsync($"http://{door}/api/workspaces", Ct, ("Authorization", $"Bearer {await KeyAsync()}"), ("Host", host));
        Assert.Equal(403, answer.Status);
        Assert.Contains(answer.Status == 403 ? "detail" : "", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("LOCALHOST:4400")]
    public async Task A_name_of_loopback_is_not_foreign(string host)
    {
        var door = await DoorAsync();
        Assert.Equal(200, (await Web.GetAsync($"http://{door}/api/workspaces", Ct, ("Authorization", $"Bearer {await KeyAsync()}"), ("Host", host))).Status);
    }

    [Fact]
    public async Task The_key_and_the_socket_are_their_owners_alone()
    {
        await DoorAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Home.File("api.key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Home.File("gantry.sock")) & ~UnixFileMode.UserExecute);
        Assert.True((await KeyAsync()).Length >= 32);
    }

    [Fact]
    public async Task The_key_stays_the_same_across_daemons()
    {
        await DoorAsync();
        var key = await KeyAsync();
        (await Home.Cli.RunAsync(["daemon", "restart"], Ct)).ShouldExit(0);
        Assert.Equal(key, await KeyAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("a")]
    [InlineData("0123456789abcdef0123456789abcde\n")]
    [InlineData("a key of several words, and more than long enough\n")]
    public async Task What_is_no_key_opens_nothing_and_is_replaced(string content)
    {
        Directory.CreateDirectory(Home.Path);
        await File.WriteAllTextAsync(Home.File("api.key"), content, Ct);
        var door = await DoorAsync();
        foreach (var word in (string[])["", "\u00a0", " ", content.Trim()])
        {
            Assert.DoesNotContain("200 OK", await AskAsync(door, $"Bearer {word}"), StringComparison.Ordinal);
        }

        Assert.Matches("^[0-9a-f]{64}$", await KeyAsync());
        Assert.Contains("200 OK", await AskAsync(door, $"Bearer {await KeyAsync()}"), StringComparison.Ordinal);
        Assert.Contains("api.key", await File.ReadAllTextAsync(Home.File("daemon.log"), Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_the_owners_choice_is_kept_and_closed_to_others()
    {
        const string chosen = "correct-horse-battery-staple-and-more";
        Directory.CreateDirectory(Home.Path);
        await File.WriteAllTextAsync(Home.File("api.key"), chosen + "\n", Ct);
        File.SetUnixFileMode(Home.File("api.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        var door = await DoorAsync();
        Assert.Contains("200 OK", await AskAsync(door, $"Bearer {chosen}"), StringComparison.Ordinal);
        Assert.Contains("401", await AskAsync(door, $"Bearer {chosen}\u00a0"), StringComparison.Ordinal);
        Assert.Equal(chosen, await KeyAsync());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Home.File("api.key")));
    }

    [Theory]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::]:0")]
    public async Task A_door_wider_than_loopback_demands_the_key_or_is_refused(string address)
    {
        Home.Environment["GANTRY_API"] = address;
        var serve = Home.ServeAsync(Ct);
        try
        {
            await serve;
        }
        catch (Xunit.Sdk.XunitException e)
        {
            Assert.Contains("beyond this machine", e.Message, StringComparison.Ordinal);
            Home.Environment["GANTRY_API"] = "127.0.0.1:0";
            return;
        }

        var port = (await Home.DoorAsync("api", Ct))!.Split(':')[^1];
        Assert.Equal(401, (await Web.GetAsync($"http://127.0.0.1:{port}/api/workspaces", Ct)).Status);
    }

    /// <summary>The first line of the answer to a request whose key is sent byte for byte, in Latin-1, as no client of ours would.</summary>
    private static async Task<string> AskAsync(string door, string authorization)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(door), Ct);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"GET /api/workspaces HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: {authorization}\r\n\r\n"), Ct);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(Ct) ?? "";
    }

    private async Task<string> DoorAsync()
    {
        (await Home.Cli.RunAsync(["daemon", "start"], Ct)).ShouldExit(0);
        return (await Home.DoorAsync("api", Ct))!;
    }

    private async Task<string> KeyAsync() => (await File.ReadAllTextAsync(Home.File("api.key"), Ct)).Trim();
}
