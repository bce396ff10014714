using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Cli;

/// <summary>What a person at a terminal sees; script(1) of bsdutils gives one.</summary>
public sealed class TerminalTests : GantryTest
{
    private const string Shop = "[services.a]\ntype = \"worker\"\ncommand = \"sleep 1000\"\n[services.b]\ntype = \"task\"\ncommand = \"sleep 0.4\"\n";

    [Fact]
    public async Task Progress_changes_in_place_and_leaves_the_record()
    {
        var shop = await Home.WorkspaceAsync(Shop, Ct);
        var up = (await OnTerminalAsync(shop, "up")).ShouldExit(0).Stdout.Replace("\r\n", "\n", StringComparison.Ordinal);
        Assert.Contains("\e[2K", up, StringComparison.Ordinal);
        Assert.Matches("\r\e\\[2A", up);

        // After the last frame was wiped.
        var left = up[(up.LastIndexOf("\e[J", StringComparison.Ordinal) + 3)..];
        Assert.Matches("^\e\\[1mshop\e\\[0m is ready in [\\d.]+ m?s\n\n", left);
        Assert.Contains("\e[32mcompleted\e[0m", left, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[?25l", up, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Colours_are_left_out_where_they_are_not_wanted()
    {
        var shop = await Home.WorkspaceAsync(Shop, Ct);
        await OnTerminalAsync(shop, "up");
        Assert.Contains("\e[32m", (await OnTerminalAsync(shop, "status")).Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[", (await OnTerminalAsync(shop, "status", "--no-color")).Stdout, StringComparison.Ordinal);
        Home.Environment["NO_COLOR"] = "1";
        Assert.DoesNotContain("\e[", (await OnTerminalAsync(shop, "status")).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_gives_a_terminal_where_ours_is_one()
    {
        var shop = await Home.WorkspaceAsync(Shop, Ct);
        await OnTerminalAsync(shop, "up");
        Assert.Contains("/dev/", (await OnTerminalAsync(shop, "exec", "a", "tty")).ShouldExit(0).Stdout, StringComparison.Ordinal);
        Assert.Contains("not a tty", (await OnTerminalAsync(shop, "exec", "-T", "a", "tty")).ShouldExit(1).Stdout, StringComparison.Ordinal);
        Assert.Contains("not a tty", (await Home.Cli.RunAsync(["exec", "a", "tty"], Ct, shop.Folder)).ShouldExit(1).Stdout, StringComparison.Ordinal);
    }

    private async Task<CommandResult> OnTerminalAsync(TestWorkspace workspace, params string[] arguments)
    {
        Needs.Tool("script");
        var line = string.Join(' ', arguments.Prepend(await Programs.GantryAsync()).Select(word => $"'{word}'"));
        var command = new Command("script", "--quiet", "--return", "--flush", "--command", line, "/dev/null")
        {
            Environment = new Dictionary<string, string?>(Home.Environment) { ["TERM"] = "xterm", ["NO_COLOR"] = Home.Environment.GetValueOrDefault("NO_COLOR") },
            WorkingDirectory = workspace.Folder,
        };
        return await command.RunAsync(Ct);
    }
}
