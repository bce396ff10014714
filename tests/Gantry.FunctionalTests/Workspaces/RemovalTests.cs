using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>How a workspace looks while <c>up</c> waits for what was taken out of its file.</summary>
public sealed class RemovalTests : GantryTest
{
    private const string Kept = "[services.kept]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";

    /// <summary>Ends when it was told to and the file <c>gate</c> is there.</summary>
    private const string Old = "[services.old]\ntype = \"worker\"\ncommand = \"trap 'while ! test -e gate; do sleep 0.05; done; exit 0' TERM; echo up; while :; do sleep 0.05; done\"\nhealth = { log = \"up\" }\nstop = { grace = \"60s\" }\n";

    private const string New = "[services.new]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\ndepends_on = [\"kept\"]\n";

    [Fact]
    public async Task What_goes_and_what_comes_is_shown_as_it_is()
    {
        var shop = await Home.LiveAsync(Kept + Old, Ct);
        await shop.UpAsync(Ct);
        await shop.Files.WriteAsync(Kept + New, Ct);
        using var up = await shop.StartAsync("up");
        await shop.UntilStateAsync("old", "stopping", Ct);

        var status = await shop.StatusAsync(Ct);
        Assert.Equal(["kept", "new", "old"], status.Services.Select(service => service.Name));
        Assert.True(status["kept"].Ready);
        Assert.Equal(("waiting", "waits for old to stop"), (status["new"].State, status["new"].Reason));
        Assert.Equal("stopping", status["old"].State);
        Assert.Equal(3, Assert.Single((await Home.Client.GetAsync("/api/workspaces", Ct)).EnumerateArray()).GetProperty("services").GetInt32());

        Assert.Equal("waiting", (await GetAsync("new")).GetProperty("state").GetString());
        Assert.Equal("stopping", (await GetAsync("old")).GetProperty("state").GetString());
        Assert.Equal(("waits-for", "waits for old to stop"), Root(await GetAsync("new/why")));
        Assert.Equal("stopping", Root(await GetAsync("old/why")).Code);
        Assert.Contains("waits for old to stop", (await shop.DoAsync(Ct, "why", "new")).Stdout, StringComparison.Ordinal);
        Assert.Contains("up", await shop.OutputAsync("old", Ct));

        var waited = await GetAsync("new/wait?for=ready&timeout=300ms", HttpStatusCode.RequestTimeout);
        Assert.Equal((false, "waits for old to stop"), (waited.GetProperty("satisfied").GetBoolean(), waited.GetProperty("reason").GetString()));
        Assert.False(up.HasExited);

        using var wait = await shop.StartAsync("wait", "new");
        await shop.Files.WriteAsync("gate", "", Ct);
        await up.ShouldEndAsync(0, Ct);
        await wait.ShouldEndAsync(0, Ct);
        status = await shop.StatusAsync(Ct);
        Assert.Equal(["kept", "new"], status.Services.Select(service => service.Name));
        Assert.All(status.Services, service => Assert.True(service.Ready, service.ToString()));
        await GetAsync("old", HttpStatusCode.NotFound);
        await GetAsync("old/why", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Everything_can_be_stopped_meanwhile_and_what_goes_is_stopped_by_that()
    {
        var shop = await Home.LiveAsync(Kept + Old, Ct);
        await shop.UpAsync(Ct);
        await shop.Files.WriteAsync(Kept + New, Ct);
        using var up = await shop.StartAsync("up", "--detach");
        await shop.UntilStateAsync("old", "stopping", Ct);
        var all = Home.Client.PostAsync("/api/workspaces/shop/stop", new { services = (string[])["kept", "new", "old"] }, Ct);
        var one = Home.Client.PostAsync("/api/workspaces/shop/services/old/stop", null, Ct);
        for (var look = 0; look < 50; look++)
        {
            // They have come to the daemon by the time that so much else was asked and answered.
            Assert.Equal("stopping", (await GetAsync("old")).GetProperty("state").GetString());
        }

        Assert.False(all.IsCompleted || one.IsCompleted);
        await shop.Files.WriteAsync("gate", "", Ct);
        await up.ShouldEndAsync(0, Ct);
        foreach (var asked in (Task<HttpResponseMessage>[])[all, one])
        {
            using var answer = await asked;
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        }

        var status = await shop.StatusAsync(Ct);
        Assert.Equal([("kept", "stopped"), ("new", "stopped")], status.Services.Select(service => (service.Name, service.State)));
    }

    [Fact]
    public async Task What_takes_over_the_port_of_what_goes_gets_it()
    {
        var port = FreePort.Find();
        string File(string name) => $"[services.{name}]\ncommand = {TestWorkspace.Run("serve")}\nport = {port}\n";
        var shop = await Home.LiveAsync(File("former"), Ct);
        await shop.UpAsync(Ct);
        await shop.Files.WriteAsync(File("later"), Ct);
        await shop.UpAsync(Ct);
        Assert.Equal(port, (await shop.ServiceAsync("later", Ct)).Port);
        Assert.Equal(200, (await shop.AskAsync("later", "/", Ct)).Status);
    }

    private static (string? Code, string? Message) Root(JsonElement why)
    {
        var root = why.GetProperty("chain").EnumerateArray().Last();
        return (root.GetProperty("code").GetString(), root.GetProperty("message").GetString());
    }

    private async Task<JsonElement> GetAsync(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await Home.Client.Http.GetAsync($"/api/workspaces/shop/services/{path}", Ct);
        Assert.True(answer.StatusCode == status, $"{path} answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Ct)}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }
}
