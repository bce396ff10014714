using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Cli;

/// <summary>Commands that only look: they change nothing, and look where they were told to.</summary>
public sealed class LookingTests : GantryTest
{
    private const string Sleeper = "[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";

    [Fact]
    public async Task No_home_is_made_by_looking()
    {
        var shop = await Home.LiveAsync(Sleeper, Ct);
        foreach (var (line, code) in ((string[] Line, int Code)[])
                 [
                     (["status"], 0), (["status", "--json"], 0), (["status", "--all"], 0), (["daemon", "status"], 0), (["daemon", "stop"], 0), (["daemon", "logs"], 1),
                     (["config", "validate"], 0), (["config", "show"], 0), (["config", "validate", "--daemon"], 0), (["config", "show", "--daemon"], 0),
                     (["doctor"], 0), (["version"], 0), (["why"], 1), (["logs"], 1), (["down"], 0), (["down", "--all"], 0),
                 ])
        {
            (await shop.RunAsync(Ct, line)).ShouldExit(code);
            Assert.False(Directory.Exists(Home.Path), $"gantry {string.Join(' ', line)} has made {Home.Path}");
        }

        await shop.UpAsync(Ct);
        Assert.True(Directory.Exists(Home.Path));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_has_no_status()
    {
        var shop = await Home.LiveAsync(Sleeper, Ct);
        await shop.UpAsync(Ct);
        Assert.Contains("nosuch", (await shop.RunAsync(Ct, "status", "-C", "./nosuch")).ShouldExit(2).Stderr, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(shop.Folder, "below"));
        await shop.DoAsync(Ct, "status", "-C", "./below");
    }

    [Fact]
    public async Task The_settings_of_a_daemon_are_looked_for_where_minus_C_says()
    {
        Home.Environment.Remove("GANTRY_HTTP");
        var elsewhere = Home.Beside("elsewhere");
        await File.WriteAllTextAsync(Path.Combine(elsewhere, ".env"), "GANTRY_HTTP=127.0.0.1:0\n", Ct);
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "d.toml"), "[server]\nhttp = \"nonsense\"\n", Ct);
        Assert.Contains("http  = \"127.0.0.1:0\"", (await Home.Cli.RunAsync(["-C", elsewhere, "config", "show", "--daemon"], Ct)).ShouldExit(0).Stdout, StringComparison.Ordinal);
        Assert.Contains("d.toml:2", (await Home.Cli.RunAsync(["-C", elsewhere, "serve", "--config", "d.toml"], Ct)).ShouldExit(2).Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GANTRY_CGROUPS=off")]
    [InlineData("[processes]\ncgroups = \"off\"\n")]
    public async Task The_doctor_knows_that_limits_are_switched_off_before_a_daemon_runs(string setting)
    {
        if (setting.Split('=', 2) is ["GANTRY_CGROUPS", var word])
        {
            Home.Environment["GANTRY_CGROUPS"] = word;
        }
        else
        {
            Directory.CreateDirectory(Home.Path);
            await File.WriteAllTextAsync(Home.File("gantryd.toml"), setting, Ct);
        }

        var doctor = (await Home.Cli.RunAsync(["doctor"], Ct)).ShouldExit(0).Stdout;
        Assert.Contains("control groups: switched off by configuration", doctor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_tells_of_settings_that_no_daemon_would_start_with()
    {
        var good = Home.Environment["GANTRY_API"];
        Home.Environment["GANTRY_API"] = "nonsense";
        var doctor = (await Home.Cli.RunAsync(["doctor"], Ct)).ShouldExit(1).Stdout;
        Home.Environment["GANTRY_API"] = good;
        Assert.Contains("✘ settings: ", doctor, StringComparison.Ordinal);
        Assert.Contains("gantry config validate --daemon", doctor, StringComparison.Ordinal);
    }
}
