using System.Net.Http.Json;
using System.Text.Json;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Api;

/// <summary>The requests that the issue names, and their errors.</summary>
public sealed class RouteTests : GantryTest
{
    private const string Sleeper = "[services.a]\ntype = \"worker\"\ncommand = \"echo hello; exec sleep 1000\"\nhealth = { log = \"hello\" }\n";

    [Fact]
    public async Task A_workspace_goes_up_is_looked_at_and_goes_down()
    {
        await Home.ServeAsync(Ct);
        var shop = await Home.LiveAsync(Sleeper, Ct);
        using var applied = await Home.Client.PostAsync("/api/workspaces", new { path = shop.Folder }, Ct);
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync(Ct));
        await shop.UntilAllReadyAsync(Ct);
        var listed = Assert.Single((await Home.Client.GetAsync("/api/workspaces", Ct)).EnumerateArray());
        var id = listed.GetProperty("id").GetString();
        var byId = await Home.Client.GetAsync($"/api/workspaces/{id}", Ct);
        var byName = await Home.Client.GetAsync("/api/workspaces/shop", Ct);
        Assert.True(JsonElement.DeepEquals(byId, byName));
        Assert.Equal("a", (await Home.Client.GetAsync("/api/workspaces/shop/services/a", Ct)).GetProperty("name").GetString());
        using var removed = await Home.Client.DeleteAsync($"/api/workspaces/{id}", Ct);
        Assert.True(removed.IsSuccessStatusCode);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
        Assert.Equal(0, (await Home.Client.GetAsync("/api/workspaces", Ct)).GetArrayLength());
    }

    [Fact]
    public async Task A_service_is_stopped_started_and_restarted()
    {
        var shop = await UpAsync("shop");
        var first = (await shop.ServiceAsync("a", Ct)).Pid;
        await PostAsync("/api/workspaces/shop/services/a/stop");
        Assert.Equal("stopped", (await shop.ServiceAsync("a", Ct)).State);
        await PostAsync("/api/workspaces/shop/services/a/start");
        await shop.UntilReadyAsync("a", Ct);
        await PostAsync("/api/workspaces/shop/services/a/restart");
        await shop.UntilAsync("a", a => a.Ready && a.Replicas[0].Pid is { } pid && pid != first, Ct);
        var logs = "";
        await Eventually.PassesAsync(
            async () =>
            {
                logs = await Home.Client.Http.GetStringAsync("/api/workspaces/shop/services/a/logs?stream=stdout", Ct);
                Assert.Equal(3, LiveWorkspace.Lines(logs).Count);
            },
            Ct);
        Assert.Equal("hello", JsonDocument.Parse(LiveWorkspace.Lines(logs)[0]).RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_name_that_two_have_is_refused_and_their_ids_are_told()
    {
        var one = await UpAsync("x/shop");
        var other = await UpAsync("y/shop");
        using var answer = await Home.Client.Http.GetAsync("/api/workspaces/shop", Ct);
        Assert.Equal(409, (int)answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Contains((await one.IdAsync(Ct))!, text, StringComparison.Ordinal);
        Assert.Contains((await other.IdAsync(Ct))!, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/workspaces/nope", 404)]
    [InlineData("DELETE", "/api/workspaces/nope", 404)]
    [InlineData("GET", "/api/workspaces/shop/services/nope", 404)]
    [InlineData("POST", "/api/workspaces/shop/services/nope/restart", 404)]
    [InlineData("GET", "/api/workspaces/shop/services/nope/logs", 404)]
    [InlineData("GET", "/api/workspaces/shop/services/a/logs?tail=x", 400)]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("PUT", "/api/workspaces", 405)]
    public async Task An_error_is_a_problem_document_for_programs(string method, string path, int status)
    {
        await UpAsync("shop");
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await Home.Client.Http.SendAsync(request, Ct);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.NotEmpty(problem.GetProperty("code").GetString()!);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"path\": 7}")]
    [InlineData("{\"path\": \"relative\"}")]
    public async Task A_body_that_is_no_request_is_a_problem_too(string body)
    {
        await Home.ServeAsync(Ct);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await Home.Client.Http.PostAsync("/api/workspaces", content, Ct);
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_faulty_file_is_answered_with_every_diagnostic()
    {
        await Home.ServeAsync(Ct);
        var shop = await Home.LiveAsync("[services.a]\ncomand = \"x\"\nport = 70000\n", Ct);
        using var answer = await Home.Client.PostAsync("/api/workspaces", new { path = shop.Folder }, Ct);
        Assert.Equal(422, (int)answer.StatusCode);
        var diagnostics = (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("diagnostics");
        Assert.True(diagnostics.GetArrayLength() >= 2, diagnostics.ToString());
        Assert.All(diagnostics.EnumerateArray(), diagnostic => Assert.True(diagnostic.GetProperty("line").GetInt32() > 0 && diagnostic.GetProperty("column").GetInt32() > 0));
    }

    [Fact]
    public async Task OpenApi_lists_every_request_of_the_issue()
    {
        await Home.ServeAsync(Ct);
        var paths = (await Home.Client.GetAsync("/openapi/v1.json", Ct)).GetProperty("paths");
        foreach (var (path, verb) in ((string, string)[])
        [
            ("/api/workspaces", "get"), ("/api/workspaces", "post"), ("/api/workspaces/{w}", "get"), ("/api/workspaces/{w}", "delete"),
            ("/api/workspaces/{w}/services/{s}", "get"), ("/api/workspaces/{w}/services/{s}/start", "post"), ("/api/workspaces/{w}/services/{s}/stop", "post"),
            ("/api/workspaces/{w}/services/{s}/restart", "post"), ("/api/workspaces/{w}/services/{s}/logs", "get"), ("/api/workspaces/{w}/services/{s}/exec", "get"),
            ("/api/workspaces/{w}/services/{s}/wait", "get"), ("/api/workspaces/{w}/services/{s}/why", "get"), ("/api/workspaces/{w}/logs", "get"),
            ("/api/events", "get"), ("/api/doctor", "get"), ("/api/version", "get"), ("/api/daemon/stop", "post"), ("/health/live", "get"), ("/health/ready", "get"),
        ])
        {
            var wanted = Shape(path);
            Assert.True(paths.EnumerateObject().Any(known => Shape(known.Name) == wanted && known.Value.TryGetProperty(verb, out _)), $"{verb} {path} is not described");
        }

        static string Shape(string path) => System.Text.RegularExpressions.Regex.Replace(path.ToLowerInvariant(), @"\{[^}]*\}", "{}");
    }

    [Fact]
    public async Task OpenApi_has_what_generators_of_clients_need()
    {
        await Home.ServeAsync(Ct);
        var document = await Home.Client.GetAsync("/openapi/v1.json", Ct);
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(member => member.Value.TryGetProperty("responses", out _)).Select(member => (Path: path.Name, member.Value))).ToList();
        Assert.Equal(operations.Count, operations.Select(operation => operation.Value.GetProperty("operationId").GetString()).Distinct().Count());
        Assert.All(operations, operation => Assert.Equal(
            "#/components/schemas/Problem",
            operation.Value.GetProperty("responses").GetProperty("default").GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString()));
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("key").GetProperty("scheme").GetString());
        Assert.True(document.GetProperty("components").GetProperty("schemas").TryGetProperty("Problem", out _));
        var names = document.GetProperty("paths").GetProperty("/api/workspaces/{workspace}/logs").GetProperty("get").GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString());
        Assert.Equal(["workspace", "service", "tail", "since", "follow", "stream", "replica"], names);
        Assert.True(operations.Single(operation => operation.Path == "/health/live").Value.TryGetProperty("security", out var none) && none.GetArrayLength() == 0);
    }

    private async Task<LiveWorkspace> UpAsync(string name)
    {
        var shop = await Home.LiveAsync(Sleeper, Ct, name);
        await shop.UpAsync(Ct);
        return shop;
    }

    private async Task PostAsync(string path)
    {
        using var answer = await Home.Client.PostAsync(path, null, Ct);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Ct)}");
    }
}
