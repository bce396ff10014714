using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Api;

/// <summary>Words and variables that no program could be handed as they are: refused, not cut short or tripped over.</summary>
public sealed class UnfitTextTests : GantryTest
{
    private const string Sleeper = "[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";

    [Theory]
    [InlineData("{\"path\": \"/tmp/a\\u0000b\"}", "path")]
    [InlineData("{\"path\": null}", "path")]
    [InlineData("{\"path\": \"/\", \"profiles\": [null]}", "profiles")]
    [InlineData("{\"path\": \"/\", \"services\": [null]}", "services")]
    [InlineData("{\"path\": \"/\", \"environment\": {\"A\": null}}", "A")]
    [InlineData("{\"path\": \"/\", \"environment\": {\"A\": \"x\\u0000y\"}}", "A")]
    [InlineData("{\"path\": \"/\", \"environment\": {\"A=B\": \"x\"}}", "A=B")]
    [InlineData("{\"path\": \"/\", \"environment\": {\"\": \"x\"}}", "environment")]
    public async Task It_is_refused_where_a_workspace_is_applied(string body, string named)
    {
        await Home.ServeAsync(Ct);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Home.Client.Http.PostAsync("/api/workspaces", content, Ct);
        AssertIsRefusal(await answer.Content.ReadFromJsonAsync<JsonElement>(Ct), named);
    }

    [Theory]
    [InlineData("{\"command\": [\"printf\", \"%s|\", \"a\\u0000b\"]}", "command")]
    [InlineData("{\"command\": [\"true\", null]}", "command")]
    [InlineData("{\"command\": [\"true\"], \"environment\": {\"A\": \"x\\u0000y\"}}", "A")]
    [InlineData("{\"command\": [\"true\"], \"environment\": {\"A\\u0000\": \"x\"}}", "environment")]
    [InlineData("{\"command\": [\"true\"], \"environment\": {\"X=Y\": \"1\"}}", "X=Y")]
    [InlineData("{\"command\": [\"true\"], \"environment\": {\"\": \"1\"}}", "environment")]
    [InlineData("{\"command\": [\"true\"], \"environment\": {\"A\": null}}", "A")]
    public async Task It_is_refused_where_a_command_is_run(string start, string named)
    {
        var shop = await Home.LiveAsync(Sleeper, Ct);
        await shop.UpAsync(Ct);
        using var socket = await Home.Client.SocketAsync("/api/workspaces/shop/services/a/exec", Ct);
        await socket.SendAsync(Encoding.UTF8.GetBytes(start), WebSocketMessageType.Text, true, Ct);
        var buffer = new byte[64 << 10];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Ct);
        Assert.True(received.MessageType == WebSocketMessageType.Text, $"a message of {received.MessageType}: {Encoding.UTF8.GetString(buffer, 0, received.Count)}");
        AssertIsRefusal(JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, received.Count)), named);
    }

    [Fact]
    public async Task It_is_refused_where_services_are_named()
    {
        var shop = await Home.LiveAsync(Sleeper, Ct);
        await shop.UpAsync(Ct);
        using var answer = await Home.Client.PostAsync("/api/workspaces/shop/restart", new { services = new string?[] { null } }, Ct);
        AssertIsRefusal(await answer.Content.ReadFromJsonAsync<JsonElement>(Ct), "services");
    }

    private static void AssertIsRefusal(JsonElement problem, string named)
    {
        Assert.True(problem.GetProperty("status").GetInt32() == 400, problem.ToString());
        Assert.Equal("bad-request", problem.GetProperty("code").GetString());
        Assert.Contains(named, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
