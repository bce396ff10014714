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

    /// <summary>A body of another shape is told in the words of the API, and not by types that no caller knows.</summary>
    [Theory]
    [InlineData("/api/workspaces", "{}", "the body lacks path")]
    [InlineData("/api/workspaces", "null", "a body is wanted, in JSON")]
    [InlineData("/api/workspaces", "[]", "the body is not of its type (line 1, column 2)")]
    [InlineData("/api/workspaces", "{\"path\":5}", "path is not of its type (line 1, column 10)")]
    [InlineData("/api/workspaces", "{\"path\":", "the body is no JSON (line 1, column 9): ")]
    [InlineData("/api/workspaces/shop/stop", "{\"services\":\"a\"}", "services is not of its type (line 1, column 16)")]
    [InlineData("/api/workspaces/shop/stop", "{\"services\":[]}", "services: the list is empty, and so names nobody")]
    public async Task A_body_of_another_shape_is_told_by_its_own_names(string path, string body, string detail)
    {
        var shop = await Home.LiveAsync(Sleeper, Ct);
        await shop.UpAsync(Ct);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Home.Client.Http.PostAsync(path, content, Ct);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        AssertIsRefusal(problem, detail);
        Assert.DoesNotContain("Gantry.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("running", (await shop.ServiceAsync("a", Ct)).State);
    }

    private static void AssertIsRefusal(JsonElement problem, string named)
    {
        Assert.True(problem.GetProperty("status").GetInt32() == 400, problem.ToString());
        Assert.Equal("bad-request", problem.GetProperty("code").GetString());
        Assert.Contains(named, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
