using System.CommandLine;
using System.Text.RegularExpressions;
using Gantry.Cli;
using Gantry.Tests.Conventions;
using Xunit;

namespace Gantry.Tests.Cli;

/// <summary>docs/cli.md tells of the commands that there are, of all their options, and of how each ends.</summary>
public sealed partial class DocumentationTests
{
    private static readonly Dictionary<string, string> Sections = ReadSections();

    [Fact]
    public void The_page_has_the_commands_that_exist_and_no_others() =>
        Assert.Equal(Commands().Select(command => command.Path).Order(StringComparer.Ordinal), Sections.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_option_is_told() => Assert.Empty(
        from command in Commands()
        from option in command.Command.Options.Where(option => !option.Hidden && option.Name != "--help")
        from name in option.Aliases.Append(option.Name)
        where !Word(name).IsMatch(Sections[command.Path])
        select $"{command.Path} {name}");

    [Fact]
    public void No_option_is_told_that_does_not_exist() => Assert.Empty(
        from command in Commands()
        let known = All(command.Command).SelectMany(each => each.Options).Concat(GlobalOptions.All).SelectMany(option => option.Aliases.Append(option.Name)).ToHashSet()
        from Match told in Option().Matches(Sections[command.Path])
        where !known.Contains(told.Value) && !Excused(command.Path, told.Value)
        select $"{command.Path} {told.Value}");

    [Fact]
    public void Every_command_has_an_example_or_is_shown_by_its_parent() => Assert.Empty(
        Commands().Where(command => !Sections.Values.Any(text => text.Contains($"$ {command.Path}", StringComparison.Ordinal) || text.Contains($"<({command.Path}", StringComparison.Ordinal)))
            .Select(command => command.Path)
            .Except(["gantry daemon", "gantry daemon stop", "gantry daemon restart", "gantry daemon status", "gantry daemon logs"]));

    [Fact]
    public void Every_command_says_how_it_ends() => Assert.Empty(
        Commands().Where(command => command.Command.Subcommands.Count == 0 && !Ends().IsMatch(Sections[command.Path])).Select(command => command.Path));

    [Fact]
    public void The_exit_codes_of_the_table_are_those_of_the_code()
    {
        var table = ExitCodeRow().Matches(Page()).Select(match => int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal([ExitCodes.Done, ExitCodes.Failed, ExitCodes.Usage, ExitCodes.TryAgain, ExitCodes.Interrupted], table);
    }

    [Fact]
    public void Every_example_is_understood() => Assert.Empty(
        from Match line in Example().Matches(Page())
        let words = Words(line.Groups[1].Value)
        where words is not ["completion", ..] && Gantry.Cli.Failures.UsageError.IsIn(CommandLine.Parse(words))
        select line.Value);

    private static IEnumerable<(string Path, Command Command)> Commands() => Walk("gantry", CommandLine.Create());

    private static IEnumerable<(string Path, Command Command)> Walk(string path, Command command) =>
        command.Subcommands.Where(sub => !sub.Hidden).SelectMany(sub => Walk($"{path} {sub.Name}", sub).Prepend(($"{path} {sub.Name}", sub)));

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    /// <summary>Options of other programs, and of other commands where one is told by way of another.</summary>
    private static bool Excused(string path, string option) => path == "gantry exec" && option is "-U" or "-c";

    private static string Page() => File.ReadAllText(Repository.Absolute("docs/cli.md"));

    private static Dictionary<string, string> ReadSections() =>
        Heading().Split(Page()).Skip(1).Chunk(2).Where(pair => pair[0].StartsWith("gantry ", StringComparison.Ordinal)).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>The words of an example, up to a comment or a pipe.</summary>
    private static string[] Words(string line) =>
        [.. CommandLineWord().Matches(line).Select(match => match.Value.Trim('\'')).TakeWhile(word => word is not ("#" or "|"))];

    private static Regex Word(string name) => new($@"(?<![\w-]){Regex.Escape(name)}(?![\w-])");

    [GeneratedRegex("^##+ (.+)$\n", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?<![\w`-]-?)(?<=[\s`(\[])--?[a-zA-Z][\w-]*")]
    private static partial Regex Option();

    [GeneratedRegex(@"\b(E|e)nds?\s(with|as)\b|\b0\swhere\b")]
    private static partial Regex Ends();

    [GeneratedRegex(@"^\| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex ExitCodeRow();

    [GeneratedRegex(@"^    \$ gantry (.+)$", RegexOptions.Multiline)]
    private static partial Regex Example();

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex CommandLineWord();
}
