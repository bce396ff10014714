using Gantry.Cli;
using Gantry.Cli.Failures;
using Gantry.Cli.Status;
using Xunit;

namespace Gantry.Tests.Cli;

public sealed class FastStatusTests
{
    [Theory]
    [InlineData("status", null, null, false, true)]
    [InlineData("status --json", null, null, true, true)]
    [InlineData("status --no-color", null, null, false, false)]
    [InlineData("status ./shop --json", "./shop", null, true, true)]
    [InlineData("status .", ".", null, false, true)]
    [InlineData("status -C /srv/shop --json", null, "/srv/shop", true, true)]
    [InlineData("status -C shop", null, "shop", false, true)]
    public void A_plain_call_is_understood(string line, string? folder, string? from, bool json, bool colours)
    {
        var args = line.Split(' ');
        Assert.Equal(new StatusCall(folder, from, json, colours), FastStatus.Parse(args));

        // And it means the same to the command line proper.
        var parsed = CommandLine.Create().Parse(args);
        Assert.False(UsageError.IsIn(parsed));
        Assert.Equal("status", parsed.CommandResult.Command.Name);
        Assert.Equal(json, parsed.GetValue(GlobalOptions.Json));
        Assert.Equal(from, parsed.GetValue(GlobalOptions.Directory));
    }

    [Theory]
    [InlineData("")]
    [InlineData("up")]
    [InlineData("status api")]
    [InlineData("status --all")]
    [InlineData("status --help")]
    [InlineData("status -C")]
    [InlineData("status -C --json")]
    [InlineData("status ./a ./b")]
    [InlineData("status --jsn")]
    [InlineData("--json status")]
    public void Everything_else_is_left_to_the_command_line(string line) =>
        Assert.Null(FastStatus.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void A_folder_without_a_name_is_told_by_the_command_line()
    {
        string[] args = ["status", "-C", ""];
        Assert.Null(FastStatus.Parse(args));
        var parsed = CommandLine.Parse(args);
        Assert.True(UsageError.IsIn(parsed));
        Assert.Equal("-C needs a folder, and what was given is empty", UsageError.Of(parsed).Message);
    }
}
