using Gantry.Cli;
using Gantry.Cli.Commands;
using Gantry.Cli.Failures;
using Xunit;

namespace Gantry.Tests.Cli;

public sealed class TargetTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-target").FullName;

    public TargetTests()
    {
        Directory.CreateDirectory(Path.Combine(_root, "shop", "src", "deep"));
        File.WriteAllText(Path.Combine(_root, "shop", "gantry.toml"), "");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(".", true)]
    [InlineData("..", true)]
    [InlineData("./shop", true)]
    [InlineData("/srv", true)]
    [InlineData("shop/", true)]
    [InlineData("shop", false)]
    [InlineData("api.v2", false)]
    public void An_argument_with_a_slash_names_a_folder(string argument, bool isFolder) => Assert.Equal(isFolder, Target.IsFolder(argument));

    [Fact]
    public void Without_a_folder_the_one_around_the_current_folder_is_meant()
    {
        var target = Target.Of(Path.Combine(_root, "shop", "src", "deep"), ["api", "web", "api"]);
        Assert.Equal(Path.Combine(_root, "shop"), target.Folder);
        Assert.Equal(["api", "web"], target.Services);
    }

    [Fact]
    public void A_folder_is_told_from_services_wherever_it_stands()
    {
        var target = Target.Of(_root, ["api", "./shop"]);
        Assert.Equal(Path.Combine(_root, "shop"), target.Folder);
        Assert.Equal(["api"], target.Services);
    }

    [Fact]
    public void Two_folders_are_one_too_many() =>
        Assert.Equal("several-folders", Assert.Throws<CliException>(() => Target.Of(_root, ["./shop", "."])).Problem.Code);

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var missing = Assert.Throws<CliException>(() => Target.Of(_root, ["./sop"]));
        Assert.Contains(Path.Combine(_root, "sop"), missing.Message, StringComparison.Ordinal);
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("is a file", Assert.Throws<CliException>(() => Target.Of(_root, ["shop/gantry.toml"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_gone_is_taken_where_its_workspace_is_up()
    {
        var gone = Path.Combine(_root, "gone");
        Assert.Equal(gone, Target.Of(_root, ["./gone/"], folder => folder == gone).Folder);
        Assert.Throws<CliException>(() => Target.Of(_root, ["./other/"], folder => folder == gone));
    }

    [Fact]
    public void Outside_of_a_workspace_there_is_no_folder()
    {
        var target = Target.Of(_root, ["api"]);
        Assert.Null(target.Folder);
        Assert.Equal("no-workspace", Assert.Throws<CliException>(() => target.RequireFolder()).Problem.Code);
    }

    [Theory]
    [InlineData("web|ls -l", "web", "ls -l")]
    [InlineData("web|-- ls -l", "web", "ls -l")]
    [InlineData("./shop|web ls /tmp", "web", "ls /tmp")]
    [InlineData("./shop|web -- ./run --json", "web", "./run --json")]
    public void Exec_tells_folder_service_and_command_apart(string line, string service, string command)
    {
        var (first, rest) = (line.Split('|')[0], line.Split('|')[1].Split(' '));
        var (target, words) = ExecCommand.Understand(_root, first, rest);
        Assert.Equal([service], target.Services);
        Assert.Equal(command.Split(' '), words);
    }

    [Theory]
    [InlineData("web", "-it sh", "misplaced-option")]
    [InlineData("web", "-it -- sh", "misplaced-option")]
    [InlineData("./shop", "web -it sh", "misplaced-option")]
    [InlineData("web", "-- -it sh", null)]
    [InlineData("./shop", "web -- -it sh", null)]
    public void Exec_tells_of_an_option_that_came_too_late(string first, string rest, string? code)
    {
        var refused = Record.Exception(() => ExecCommand.Understand(_root, first, rest.Split(' '))) as CliException;
        Assert.Equal(code, refused?.Problem.Code);
    }

    [Theory]
    [InlineData("web", "")]
    [InlineData("./shop", "web")]
    [InlineData("./shop", "")]
    public void Exec_without_a_command_is_refused(string first, string rest) =>
        Assert.Equal("no-command", Assert.Throws<CliException>(() => ExecCommand.Understand(_root, first, rest.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Problem.Code);
}
