using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Commands;

/// <summary>Exit statuses, completion, and keys at a terminal.</summary>
public sealed class UsageTests : GantryTest
{
    private const string Shop = "[services.alpha]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n[services.beta]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("up", "--frobnicate")]
    [InlineData("up", "nobody")]
    [InlineData("status", "nobody")]
    [InlineData("start", "nobody")]
    [InlineData("stop", "nobody")]
    [InlineData("up", "./nowhere")]
    [InlineData("-C", "/nowhere/at/all", "up")]
    [InlineData("up", "--timeout", "soon")]
    [InlineData("config", "frobnicate")]
    [InlineData("-C", "", "status")]
    [InlineData("status", "-C", "")]
    [InlineData("-C", "gantry.toml", "status")]
    [InlineData("status", "--all", "alpha")]
    [InlineData("exec", "-e", "=1", "alpha", "true")]
    [InlineData("exec", "--json", "alpha", "true")]
    [InlineData("--help", "--json")]
    [InlineData("help", "nope")]
    [InlineData("--version", "foo")]
    [InlineData("logs", "--tail", "99999999")]
    public async Task Wrong_usage_ends_with_2_and_says_what_is_wrong(params string[] line)
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct);
        var result = (await shop.RunAsync(Ct, line)).ShouldExit(2);
        Assert.NotEmpty(result.Stderr);
        Assert.Contains("  next: ", result.Stderr, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Home.Path, "crash-*"));
        Assert.DoesNotContain("   at ", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(2, (await shop.StatusAsync(Ct)).Pids.Count);
    }

    [Fact]
    public async Task A_current_folder_that_is_gone_is_told()
    {
        var gone = Home.Beside("gone");
        var shell = new Command("sh", "-c", "rmdir \"$1\" && exec \"$2\" status", "sh", gone, await Programs.GantryAsync()) { Environment = Home.Environment, WorkingDirectory = gone };
        Assert.Equal(
            "gantry: the current folder is not there any more\n  next: cd to one that is, or name one with -C DIR\n",
            (await shell.RunAsync(Ct)).ShouldExit(2).Stderr);
    }

    [Fact]
    public async Task Help_is_there_for_everything_and_ends_with_0()
    {
        foreach (var verb in (string[])["up", "down", "start", "stop", "restart", "status", "logs", "exec", "wait", "why", "config", "doctor", "serve", "daemon", "completion"])
        {
            Assert.Contains(verb, (await Home.Cli.RunAsync([verb, "--help"], Ct)).ShouldExit(0).Stdout, StringComparison.Ordinal);
            Assert.Contains(verb, (await Home.Cli.RunAsync(["--help"], Ct)).ShouldExit(0).Stdout, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bash_completes_commands_options_and_services()
    {
        Needs.Tool("bash");
        var shop = await Home.LiveAsync(Shop, Ct);
        var script = (await shop.DoAsync(Ct, "completion", "bash")).Stdout;
        await shop.Files.WriteAsync("completion.bash", script, Ct);
        var bin = Home.Beside("bin");
        File.CreateSymbolicLink(Path.Combine(bin, "gantry"), await Programs.GantryAsync());
        Assert.Contains("restart", await CompleteAsync("gantry res"), StringComparison.Ordinal);
        Assert.Equal("alpha", await CompleteAsync("gantry restart al"));
        Assert.Equal("alpha beta", await CompleteAsync("gantry stop "));
        Assert.Contains("--dry-run", await CompleteAsync("gantry up --d"), StringComparison.Ordinal);

        async Task<string> CompleteAsync(string line)
        {
            const string ask = "source completion.bash; f=$(complete -p gantry | sed 's/.*-F \\([^ ]*\\).*/\\1/'); COMP_LINE=$1; COMP_POINT=${#1}; read -ra COMP_WORDS <<<\"$1\"; [[ $1 != *' ' ]] || COMP_WORDS+=(''); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); $f gantry \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"; printf '%s\\n' \"${COMPREPLY[@]}\" | sed 's/ *$//' | sort | paste -sd' '";
            var environment = new Dictionary<string, string?>(Home.Environment) { ["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}" };
            var bash = new Command("bash", "--norc", "-c", ask, "bash", line) { Environment = environment, WorkingDirectory = shop.Folder };
            return (await bash.RunAsync(Ct)).ShouldExit(0).Stdout.Trim();
        }
    }

    [Theory]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Other_shells_have_a_script_too(string shell)
    {
        Assert.Contains("gantry", (await Home.Cli.RunAsync(["completion", shell], Ct)).ShouldExit(0).Stdout, StringComparison.Ordinal);
        (await Home.Cli.RunAsync(["completion", "tcsh"], Ct)).ShouldExit(2);
    }

    [Fact]
    public async Task Ctrl_C_in_up_leaves_everything_running()
    {
        var shop = await Home.LiveAsync($"{Shop}[services.slow]\ncommand = {TestWorkspace.Run("serve", "--delay-listen", "60s")}\n", Ct);
        using var terminal = Terminal.Start(Home, shop.Folder, await Programs.GantryAsync(), "up");
        await Eventually.PassesAsync(async () => Assert.Equal(3, (await Home.Client.IsReadyAsync(Ct) ? await shop.LookAsync(Ct) : null)?.Pids.Count), Ct);
        var before = (await shop.LookAsync(Ct))!.Pids;
        await terminal.TypeAsync("\u0003", Ct);
        Assert.Equal(130, await terminal.EndAsync(Ct));
        Assert.Equal(before, (await shop.StatusAsync(Ct)).Pids);
    }

    [Fact]
    public async Task A_terminal_that_is_closed_during_up_changes_nothing()
    {
        var shop = await Home.LiveAsync($"{Shop}[services.slow]\ncommand = {TestWorkspace.Run("serve", "--delay-listen", "60s")}\n", Ct);
        IReadOnlyDictionary<string, string> before;
        using (Terminal.Start(Home, shop.Folder, await Programs.GantryAsync(), "up"))
        {
            await Eventually.PassesAsync(async () => Assert.Equal(3, (await Home.Client.IsReadyAsync(Ct) ? await shop.LookAsync(Ct) : null)?.Pids.Count), Ct);
            before = (await shop.LookAsync(Ct))!.Pids;
        }

        Assert.Equal(before, (await shop.StatusAsync(Ct)).Pids);
    }

    [Fact]
    public async Task Without_a_terminal_there_are_plain_lines()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        var up = await shop.UpAsync(Ct);
        Assert.DoesNotContain("\e", up.Stdout + up.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", up.Stdout + up.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", (await shop.DoAsync(Ct, "status")).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daemon_that_does_not_answer_is_a_matter_of_trying_again()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        var daemon = await Home.ServeAsync(Ct);
        await Signal.SendAsync("STOP", daemon.Pid, Ct);
        try
        {
            var up = (await shop.RunAsync(Ct, "up")).ShouldExit(75);
            Assert.NotEmpty(up.Stderr);
        }
        finally
        {
            await Signal.SendAsync("CONT", daemon.Pid, Ct);
        }
    }
}
