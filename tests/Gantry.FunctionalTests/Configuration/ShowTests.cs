using System.Text.Json;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Configuration;

/// <summary>What a file comes to.</summary>
public sealed class ShowTests : GantryTest
{
    private const string Shop = """
        [env]
        LEVEL = "${LEVEL:-info}"
        [services.api]
        command = ["true"]
        port = 4711
        """;

    [Fact]
    public async Task Every_default_is_filled_in_and_names_where_it_comes_from()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        var shown = (await shop.DoAsync(Ct, "config", "show")).Stdout;
        Assert.Matches("(?m)^.*grace += +\"10s\"", shown);
        Assert.Matches("port += +4711", shown);
        Assert.DoesNotContain("default", shown, StringComparison.Ordinal);
        var lines = LiveWorkspace.Lines((await shop.DoAsync(Ct, "config", "show", "--provenance")).Stdout);
        Assert.Contains(lines, line => line.Contains("4711", StringComparison.Ordinal) && line.Contains("gantry.toml:5", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("grace", StringComparison.Ordinal) && line.Contains("default", StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Object, (await shop.DoAsync(Ct, "config", "show", "--json")).Json().ValueKind);
    }

    [Fact]
    public async Task What_is_shown_is_a_file_that_means_the_same()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        var shown = (await shop.DoAsync(Ct, "config", "show")).Stdout;
        var copy = await Home.LiveAsync(shown, Ct, "copy");
        await copy.DoAsync(Ct, "config", "validate");
        Assert.Equal(shown, (await copy.DoAsync(Ct, "config", "show")).Stdout);
    }

    [Fact]
    public async Task The_schema_knows_every_key_of_a_service()
    {
        var schema = (await Home.Cli.RunAsync(["config", "schema"], Ct)).ShouldExit(0);
        Assert.Contains("json-schema.org", schema.Json().GetProperty("$schema").GetString(), StringComparison.Ordinal);
        foreach (var key in (string[])["command", "site", "image", "type", "workdir", "env", "env_file", "port", "target_port", "depends_on", "health", "restart", "stop", "limits", "replicas", "user", "profiles"])
        {
            Assert.Contains($"\"{key}\"", schema.Stdout, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Looking_at_it_starts_no_daemon()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.DoAsync(Ct, "config", "validate");
        await shop.DoAsync(Ct, "config", "show");
        await shop.DoAsync(Ct, "config", "schema");
        Assert.Empty(Home.Survivors.Processes());
    }
}
