using System.Text.Json;
using Gantry.FunctionalTests.Api;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>Health, restart, stop and dependencies change under what runs: it runs on, and whoever calls it notices nothing.</summary>
public sealed class RuleChangeTests : GantryTest
{
    private static readonly string[] Rules =
    [
        "stop = { grace = \"5s\" }\n",
        "stop = { grace = \"6s\" }\n",
        "stop = { grace = \"6s\" }\nrestart = \"never\"\n",
        "stop = { grace = \"6s\" }\nrestart = \"never\"\ndepends_on = [\"base\"]\n",
    ];

    [Theory]
    [InlineData("http", "{ http = \"/health\" }", "{ http = \"/\" }")]
    [InlineData("tcp", "{ tcp = true }", "{ tcp = true, interval = \"3s\" }")]
    [InlineData("exec", "{ exec = \"sleep 0.7\" }", "{ exec = \"sleep 0.8; touch looked\" }")]
    [InlineData("none", null, null)]
    public async Task What_is_ready_stays_ready(string name, string? health, string? other)
    {
        var shop = await Home.LiveAsync(Toml(Rules[0], health), Ct);
        await shop.UpAsync(Ct);
        await shop.UntilAllReadyAsync(Ct);
        var pids = (await shop.StatusAsync(Ct)).Pids;
        using var events = await EventReader.OpenAsync(Home, "/api/events", null, Ct);
        await events.PassPresentAsync(Ct);
        foreach (var toml in Rules[1..].Select(rules => Toml(rules, health)).Append(Toml(Rules[^1], other)))
        {
            await shop.Files.WriteAsync(toml, Ct);
            await shop.UpAsync(Ct);
        }

        // The slowest test leaves word that it has found something; then a last event that is known.
        await Eventually.IsTrueAsync(() => name != "exec" || File.Exists(Path.Combine(shop.Folder, "looked")), "the other test has been made", Ct);
        await shop.DoAsync(Ct, "stop", "base");
        for (var one = await events.NextAsync(Ct); !IsStoppedBase(one); one = await events.NextAsync(Ct))
        {
            Assert.False(one.Kind == "changed" && Service(one) is var service && service.GetProperty("name").GetString() != "base" && !service.GetProperty("ready").GetBoolean(), $"{name}: {one.Data}");
        }

        Assert.Equal(pids.Where(pid => !pid.Key.StartsWith("base", StringComparison.Ordinal)), (await shop.StatusAsync(Ct)).Pids);
    }

    private static bool IsStoppedBase(ServerEvent one) =>
        one.Kind == "changed" && Service(one) is var service && service.GetProperty("name").GetString() == "base" && service.GetProperty("state").GetString() == "stopped";

    private static JsonElement Service(ServerEvent one) => JsonDocument.Parse(one.Data).RootElement.GetProperty("service");

    private static string Toml(string rules, string? health) => $"""
        [services.base]
        type    = "worker"
        command = "exec sleep 1000"

        [services.a]
        command = {TestWorkspace.Run("serve")}
        {(health is null ? "" : $"health = {health}")}
        {rules}
        [services.w]
        type    = "worker"
        command = "exec sleep 1000"
        {rules}
        """;
}
