using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Configuration;

/// <summary>A service's environment, layer over layer.</summary>
public sealed class EnvironmentTests : GantryTest
{
    [Fact]
    public async Task Stronger_layers_win_over_weaker_ones()
    {
        foreach (var name in (string[])["L1", "L2", "L3", "L4", "L5", "PORT"])
        {
            Home.Environment[name] = "caller";
        }

        var shop = await Home.LiveAsync(
            $$"""
            [env]
            L2 = "file"
            L3 = "file"
            L4 = "file"
            L5 = "file"
            PORT = "file"
            [services.api]
            command  = {{TestWorkspace.Run("serve")}}
            env_file = ["one.env", "two.env"]
            env      = { L5 = "service" }
            """,
            Ct);
        await shop.Files.WriteAsync("one.env", "L3=one\nL4=one\nL5=one\n", Ct);
        await shop.Files.WriteAsync("two.env", "# a comment\nexport L4=\"two\"\nL5=two\n", Ct);
        await shop.UpAsync(Ct);
        var answer = await shop.AskAsync("api", "/env", Ct);
        Assert.Equal(["caller", "file", "one", "two", "service"], Enumerable.Range(1, 5).Select(i => answer.Text($"L{i}")));
        Assert.Equal((await shop.AskAsync("api", "/", Ct)).Number("port").ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Text("PORT"));
    }

    /// <summary>The last is what ./gantry sets; a program of .NET that is to be debugged must not get it.</summary>
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("1", null, "1")]
    [InlineData("0", "DOTNET_EnableDiagnostics", null)]
    public async Task What_is_set_for_Gantry_alone_does_not_reach_a_service(string? diagnostics, string? set, string? seen)
    {
        (Home.Environment["DOTNET_EnableDiagnostics"], Home.Environment["GANTRY_SET"]) = (diagnostics, set);
        var shop = await Home.LiveAsync($"[services.api]\ncommand = {TestWorkspace.Run("serve")}\nenv = {{ A = \"${{DOTNET_EnableDiagnostics:-}}\" }}\n", Ct);
        await shop.UpAsync(Ct);
        var answer = await shop.AskAsync("api", "/env", Ct);
        Assert.Equal((seen, seen ?? "", null), (answer.Text("DOTNET_EnableDiagnostics"), answer.Text("A"), answer.Text("GANTRY_SET")));
        Assert.Equal("", (await shop.DoAsync(Ct, "exec", "api", "--", "sh", "-c", "echo $GANTRY_SET")).Stdout.Trim());
    }

    [Fact]
    public async Task The_file_env_of_the_folder_feeds_references_and_is_no_part_of_the_environment()
    {
        Home.Environment["BOTH"] = "caller";
        var shop = await Home.LiveAsync(
            $$$"""
            [services.api]
            command = {{{TestWorkspace.Run("serve")}}}
            env     = { A = "${ONLY}", B = "${BOTH}", C = "$${BOTH}", D = "a $BOTH $(x) $$ 5$", E = "${MISSING:-or ${ONLY}}" }
            """,
            Ct);
        await shop.Files.WriteAsync(".env", "ONLY=from the file\nBOTH=file\n", Ct);
        await shop.UpAsync(Ct);
        var answer = await shop.AskAsync("api", "/env", Ct);
        Assert.Equal(["from the file", "caller", "${BOTH}", "a $BOTH $(x) $$ 5$", "or from the file"], ((string[])["A", "B", "C", "D", "E"]).Select(answer.Text));
        Assert.Null(answer.Text("ONLY"));
    }

    [Fact]
    public async Task The_callers_environment_is_that_of_the_last_up_and_not_the_daemons()
    {
        Home.Environment["WHO"] = "daemon";
        await Home.ServeAsync(Ct);
        Home.Environment["WHO"] = "caller";
        Home.Environment["PATH_LIKE"] = "x";
        var shop = await Home.LiveAsync($"[services.api]\ncommand = {TestWorkspace.Run("serve")}\nenv = {{ SEEN = \"${{WHO}}\" }}\n", Ct);
        await shop.UpAsync(Ct);
        var answer = await shop.AskAsync("api", "/env", Ct);
        Assert.Equal(("caller", "caller", "x"), (answer.Text("WHO"), answer.Text("SEEN"), answer.Text("PATH_LIKE")));
    }

    [Fact]
    public async Task What_is_kept_of_it_only_its_owner_can_read()
    {
        Home.Environment["TOKEN_OF_MINE"] = "s3cr3t-value";
        var shop = await Home.LiveAsync($"[services.api]\ncommand = {TestWorkspace.Run("serve")}\n", Ct);
        await shop.UpAsync(Ct);
        foreach (var file in Directory.EnumerateFiles(Home.Path, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".sock", StringComparison.Ordinal)))
        {
            if ((await File.ReadAllTextAsync(file, Ct)).Contains("s3cr3t-value", StringComparison.Ordinal))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }

        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Home.Path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute));
    }

    [Fact]
    public async Task Addresses_of_dependencies_are_injected()
    {
        var shop = await Home.LiveAsync(
            $$"""
            [services.db]
            command = {{TestWorkspace.Run("serve", "--name", "db")}}
            [services.cache]
            command = {{TestWorkspace.Run("serve", "--name", "cache")}}
            [services.api]
            command    = {{TestWorkspace.Run("serve")}}
            depends_on = ["db"]
            env        = { URL = "${services.cache.url}", WHERE = "${services.db.host}:${services.db.port}", SELF = "${services.api.url}" }
            [services.call]
            type       = "task"
            command    = ["{{Programs.TestApp}}", "call", "${services.db.url}/", "http://${services.cache.host}:${services.cache.port}/"]
            depends_on = ["db", "cache"]
            """,
            Ct);
        await shop.UpAsync(Ct);
        var status = await shop.StatusAsync(Ct);
        var answer = await shop.AskAsync("api", "/env", Ct);
        Assert.Equal($"http://127.0.0.1:{status["cache"].Port}", answer.Text("URL"));
        Assert.Equal($"127.0.0.1:{status["db"].Port}", answer.Text("WHERE"));
        Assert.Equal($"http://127.0.0.1:{status["api"].Port}", answer.Text("SELF"));
        Assert.Equal($"http://127.0.0.1:{status["db"].Port}", answer.Text("services__db__http__0"));
        var calls = await shop.OutputAsync("call", Ct);
        Assert.Contains("\"name\":\"db\"", calls[0], StringComparison.Ordinal);
        Assert.Contains("\"name\":\"cache\"", calls[1], StringComparison.Ordinal);
    }
}
