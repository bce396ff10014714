using System.Globalization;
using System.Text.Json;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Configuration;

/// <summary>Every fault in one report with its place, exit status 2, nothing started, and what runs untouched.</summary>
public sealed class BadConfigurationTests : GantryTest
{
    private const string Good = "[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";

    /// <summary>A file, and what the report has to say: place, and a word of the reason or of the remedy.</summary>
    public static TheoryData<string, string, string> Faults => new()
    {
        { "invalid TOML", "[services.a\ncommand = \"x\"\n", "gantry.toml:1:" },
        { "a key twice", "[services.a]\ncommand = \"x\"\ncommand = \"y\"\n", "gantry.toml:3:1:" },
        { "an unknown key", "[services.a]\ntype = \"worker\"\ncomand = \"x\"\n", "gantry.toml:3:1:.*comand[^|]*\"command\"" },
        { "an unknown section", "[servces.a]\ncommand = \"x\"\n", "gantry.toml:1:2:.*servces[^|]*\"services\"" },
        { "an unknown key in a table", "[services.a]\ncommand = \"x\"\nhealth = { htp = \"/\" }\n", "gantry.toml:3:12:.*htp[^|]*\"http\"" },
        { "a wrong type", "[services.a]\ncommand = 7\n", "gantry.toml:2:11:" },
        { "a port that is none", "[services.a]\ncommand = \"x\"\nport = 70000\n", "gantry.toml:3:8:" },
        { "a word that is no choice", "[services.a]\ncommand = \"x\"\ntype = \"wroker\"\n", "gantry.toml:3:8:.*wroker[^|]*worker" },
        { "a duration that is none", "[services.a]\ncommand = \"x\"\nstop = { grace = \"10 parsecs\" }\n", "gantry.toml:3:18:.*parsecs" },
        { "a size that is none", "[services.a]\ncommand = \"x\"\nlimits = { memory = \"much\" }\n", "gantry.toml:3:21:" },
        { "a signal that is none", "[services.a]\ncommand = \"x\"\nstop = { signal = \"SIGWHAT\" }\n", "gantry.toml:3:19:.*SIGWHAT" },
        { "an unknown service", "[services.db]\ncommand = \"x\"\n[services.a]\ncommand = \"x\"\ndepends_on = [\"bd\"]\n", "gantry.toml:5:15:.*bd[^|]*\"db\"" },
        { "a cycle", "[services.a]\ncommand = \"x\"\ndepends_on = [\"b\"]\n[services.b]\ncommand = \"x\"\ndepends_on = [\"c\"]\n[services.c]\ncommand = \"x\"\ndepends_on = [\"a\"]\n", "gantry.toml:\\d+:\\d+:.*(a -> b -> c -> a|a → b → c → a|b -> c -> a -> b|b → c → a → b|c -> a -> b -> c|c → a → b → c)" },
        { "a cycle of one", "[services.a]\ncommand = \"x\"\ndepends_on = [\"a\"]\n", "gantry.toml:3:" },
        { "two services with one port", "[services.a]\ncommand = \"x\"\nport = 4711\n[services.b]\ncommand = \"x\"\nport = 4711\n", "gantry.toml:6:8:.*4711" },
        { "a condition that is none", "[services.a]\ncommand = \"x\"\n[services.b]\ncommand = \"x\"\ndepends_on = { a = \"redy\" }\n", "gantry.toml:5:20:.*redy" },
        { "completion of what never completes", "[services.a]\ncommand = \"x\"\n[services.b]\ncommand = \"x\"\ndepends_on = { a = \"completed\" }\n", "gantry.toml:5:\\d+:.*a" },
        { "nothing to run", "[services.a]\ntype = \"worker\"\n", "gantry.toml:1:.*command" },
        { "two things to run", "[services.a]\ncommand = \"x\"\nsite = \"public\"\n", "gantry.toml:\\d+:\\d+:.*site" },
        { "a missing variable", "[services.a]\ntype = \"worker\"\ncommand = \"x\"\nenv = { A = \"${NO_SUCH_VARIABLE_HERE}\" }\n", "gantry.toml:4:\\d+:.*NO_SUCH_VARIABLE_HERE" },
        { "a missing variable with a word of its own", "[services.a]\ntype = \"worker\"\ncommand = \"x\"\nenv = { A = \"${NO_SUCH_VARIABLE_HERE:?ask the boss}\" }\n", "gantry.toml:4:\\d+:.*ask the boss" },
        { "a reference to nothing", "[services.a]\ntype = \"worker\"\ncommand = \"x\"\nenv = { A = \"${services.q.url}\" }\n", "gantry.toml:4:\\d+:.*q" },
        { "a secret that is not there", "[services.a]\ntype = \"worker\"\ncommand = \"x\"\nenv = { A = \"${secret.q}\" }\n", "gantry.toml:4:\\d+:.*q" },
        { "a missing env_file", "[services.a]\ntype = \"worker\"\ncommand = \"x\"\nenv_file = \"nope.env\"\n", "gantry.toml:4:12:.*nope\\.env" },
        { "a route to nowhere", "[services.a]\ntype = \"worker\"\ncommand = \"x\"\n[[proxy.routes]]\npath = \"/\"\nservice = \"nope\"\n", "gantry.toml:6:11:.*nope" },
        { "no replicas", "[services.a]\ncommand = \"x\"\nreplicas = 0\n", "gantry.toml:3:12:" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task It_is_refused_with_the_place_and_the_reason(string what, string toml, string report)
    {
        var shop = await Home.LiveAsync(toml, Ct);
        foreach (var verb in (string[][])[["config", "validate"], ["up"]])
        {
            var refused = (await shop.RunAsync(Ct, verb)).ShouldExit(2);
            var text = refused.Stderr.ReplaceLineEndings(" ");
            Assert.Matches(report, text);
            Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        }

        Assert.NotEmpty(what);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
    }

    [Fact]
    public async Task All_faults_come_at_once_and_in_order()
    {
        var shop = await Home.LiveAsync(
            """
            [workspace]
            nam = "shop"
            [services.a]
            command = 7
            port = 70000
            depends_on = ["nope"]
            [services.b]
            type = "worker"
            comand = "x"
            stop = { grace = "soon" }
            [unknown]
            """,
            Ct);
        var refused = (await shop.RunAsync(Ct, "up")).ShouldExit(2);
        var places = LiveWorkspace.Lines(refused.Stderr).Where(line => line.StartsWith("gantry.toml:", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split(':')[1], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal([2, 4, 5, 6, 9, 10, 11], places.Where(line => line != 7).Distinct());
        Assert.Equal(places.Order(), places);
        var diagnostics = (await shop.RunAsync(Ct, "config", "validate", "--json")).ShouldExit(2).Json().GetProperty("diagnostics");
        Assert.Equal(places.Count, diagnostics.GetArrayLength());
        Assert.All(diagnostics.EnumerateArray(), diagnostic => Assert.Equal(JsonValueKind.Number, diagnostic.GetProperty("column").ValueKind));
    }

    [Fact]
    public async Task Several_faults_of_syntax_come_at_once_with_the_others()
    {
        var shop = await Home.LiveAsync("[services.a]\ncommand = \nprt = 1\n[services.b]\ncommand = 'x\n", Ct);
        var refused = (await shop.RunAsync(Ct, "config", "validate")).ShouldExit(2).Stderr;
        Assert.Contains("gantry.toml:2:", refused, StringComparison.Ordinal);
        Assert.Contains("gantry.toml:5:", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workspace_that_runs_is_untouched()
    {
        var shop = await Home.LiveAsync(Good, Ct);
        await shop.UpAsync(Ct);
        var before = (await shop.StatusAsync(Ct)).Pids;
        await shop.Files.WriteAsync(Good.Replace("1000", "2000", StringComparison.Ordinal) + "[services.b]\ncomand = \"x\"\n", Ct);
        (await shop.RunAsync(Ct, "up")).ShouldExit(2);
        var after = await shop.StatusAsync(Ct);
        Assert.Equal(before, after.Pids);
        Assert.Single(after.Services);
        await shop.DoAsync(Ct, "restart", "a");
        await shop.DownAsync(Ct);
        Assert.Empty(await Home.Processes.WorkloadsAsync());
    }

    [Fact]
    public async Task A_section_of_a_later_version_is_a_warning_only()
    {
        var shop = await Home.LiveAsync(Good + "[jobs]\nx = 1\n[builds.api]\ny = 2\n[code]\n", Ct);
        var up = await shop.UpAsync(Ct);
        Assert.Matches(@"gantry\.toml:4:\d+: warning: .*not available in this version", up.Stderr + up.Stdout);
        Assert.True((await shop.StatusAsync(Ct))["a"].Ready);
        await shop.DoAsync(Ct, "config", "validate");
    }

    [Fact]
    public async Task An_image_is_answered_by_what_it_needs_and_the_rest_runs()
    {
        var shop = await Home.LiveAsync(Good + "[services.db]\nimage = \"postgres:16\"\n", Ct);
        Assert.Contains("needs the container driver", (await shop.RunAsync(Ct, "up")).Stderr, StringComparison.Ordinal);
        var status = await shop.StatusAsync(Ct);
        Assert.True(status["a"].Ready);
        Assert.Equal("failed", status["db"].State);
    }

    [Fact]
    public async Task No_file_at_all_is_told_with_what_to_do()
    {
        var nowhere = Home.Beside("nowhere");
        var up = (await Home.Cli.RunAsync(["up"], Ct, nowhere)).ShouldExit(2);
        Assert.Contains("gantry.toml", up.Stderr, StringComparison.Ordinal);
        Assert.Contains(nowhere, up.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_of_the_daemons_own_file_come_all_at_once()
    {
        await File.WriteAllTextAsync(Path.Combine(Home.Beside("etc"), "gantryd.toml"), "[server]\nhtp = \"x\"\napi = \"nonsense\"\n[logs]\nlevel = \"loud\"\n", Ct);
        var serve = await Home.Cli.RunAsync(["serve", "--config", Path.Combine(Home.Beside("etc"), "gantryd.toml")], Ct);
        serve.ShouldExit(2);
        foreach (var place in (string[])["gantryd.toml:2:1:", "gantryd.toml:3:7:", "gantryd.toml:5:9:"])
        {
            Assert.Contains(place, serve.Stderr, StringComparison.Ordinal);
        }
    }
}
