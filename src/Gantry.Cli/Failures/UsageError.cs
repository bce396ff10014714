using System.CommandLine;
using System.CommandLine.Parsing;
using Gantry.Daemon.Configuration;

namespace Gantry.Cli.Failures;

/// <summary>What is wrong with a line that was typed, and what was probably meant.</summary>
internal static class UsageError
{
    public static CliException Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = PathOf(parsed.CommandResult);
        var help = $"{path} --help";
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            return OfUnknown(command, path, unknown, help);
        }

        if (command.Subcommands.Count > 0 && parsed.CommandResult.Command.Action is null)
        {
            return CliException.Usage("no-command", $"{path} needs a command: {string.Join(", ", Names(command))}", help);
        }

        return CliException.Usage("bad-usage", string.Join("; ", parsed.Errors.Select(error => Words(error.Message))), help);
    }

    private static CliException OfUnknown(Command command, string path, string unknown, string help)
    {
        if (unknown.StartsWith('-'))
        {
            var options = command.Options.Concat(GlobalOptions.All).SelectMany(option => option.Aliases.Append(option.Name)).ToList();
            return CliException.Usage("unknown-option", $"{path} has no option {unknown}", Suggestion.Closest(unknown, options) is { } option ? $"did you mean {option}? {help}" : help);
        }

        return command.Subcommands.Count > 0
            ? CliException.Usage("unknown-command", $"there is no command {path} {unknown}", Suggestion.Closest(unknown, Names(command)) is { } name ? $"did you mean {path} {name}?" : help)
            : CliException.Usage("bad-usage", $"{path} does not take {unknown}", help);
    }

    private static IEnumerable<string> Names(Command command) => command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);

    private static string PathOf(CommandResult result) => result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "gantry";

    /// <summary>The library's sentences, in the form of ours.</summary>
    private static string Words(string message) => message.TrimEnd('.') is { Length: > 0 } text ? char.ToLowerInvariant(text[0]) + text[1..] : message;
}
