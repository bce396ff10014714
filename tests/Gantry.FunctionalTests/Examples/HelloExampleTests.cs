using System.Net.Http.Json;
using System.Text.Json;
using Gantry.FunctionalTests.Harness;
using Gantry.Tests.Conventions;
using Xunit;

namespace Gantry.FunctionalTests.Examples;

/// <summary>What a new user sees first.</summary>
public sealed class HelloExampleTests : GantryTest
{
    /// <summary>Two programs are compiled on the way, perhaps for the first time on this machine.</summary>
    private static readonly TimeSpan BuildPatience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task It_comes_up_answers_at_its_addresses_and_leaves_nothing()
    {
        Needs.Tool("dotnet");
        var folder = Repository.Absolute("examples/hello");
        var up = (await Home.Cli.RunAsync(["up", folder], Ct, patience: BuildPatience)).ShouldExit(0);
        Assert.Contains("hello is ready", up.Stdout + up.Stderr, StringComparison.Ordinal);

        using var edge = new HttpClient { BaseAddress = new Uri($"http://{await Home.DoorAsync("edge", Ct)}") };
        Assert.Contains("<title>Hello from Gantry</title>", await (await GetAsync(edge, "web", "/")).ReadAsStringAsync(Ct), StringComparison.Ordinal);

        // The route leads from the site's host to the api, which asks the quotes; two replicas answer in turn.
        var answers = new List<JsonElement>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add(await (await GetAsync(edge, "web", "/api/hello")).ReadFromJsonAsync<JsonElement>(Ct));
        }

        Assert.All(answers, answer => Assert.NotEmpty(answer.GetProperty("quote").GetString()!));
        Assert.Equal(2, answers.Select(answer => answer.GetProperty("process").GetInt32()).Distinct().Count());

        (await Home.Cli.RunAsync(["down", folder], Ct)).ShouldExit(0);
        (await Home.Cli.RunAsync(["daemon", "stop"], Ct)).ShouldExit(0);
        await Home.Survivors.NoneAsync(Ct);
    }

    /// <summary>By its name at the edge, without asking a resolver for it: not every host knows <c>*.localhost</c>.</summary>
    private static async Task<HttpContent> GetAsync(HttpClient edge, string service, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = $"{service}.hello.localhost" } };
        var answer = await edge.SendAsync(request, Ct);
        Assert.True(answer.IsSuccessStatusCode, $"{service}{path} answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Ct)}");
        return answer.Content;
    }
}
