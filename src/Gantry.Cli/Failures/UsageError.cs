using System.Collections.Frozen;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Gantry.Daemon.Configuration;

namespace Gantry.Cli.Failures;

/// <summary>What is wrong with a line that was typed, and what was probably meant.</summary>
internal static class UsageError
{
    /// <summary>What other tools call our commands.</summary>
    private static readonly FrozenDictionary<string, string> Habits = new Dictionary<string, string>
    {
        ["ps"] = "status",
        ["ls"] = "status",
        ["list"] = "status",
        ["top"] = "status",
        ["port"] = "status",
        ["inspect"] = "status",
        ["attach"] = "logs",
        ["info"] = "doctor",
        ["run"] = "up",
        ["rm"] = "down",
        ["delete"] = "down",
        ["kill"] = "stop",
        ["reload"] = "restart",
    }.ToFrozenDictionary();

    /// <summary>What people are used to type who come from other tools, and what does that here.</summary>
    private static readonly FrozenDictionary<string, string> Answers = new Dictionary<string, string>
    {
        ["build"] = "a build is a task that others depend on: type = \"task\"; gantry up runs it",
        ["scale"] = "write replicas = 2 into gantry.toml, then gantry up",
        ["init"] = "write a gantry.toml; gantry config schema prints what may stand in it",
        ["up --build"] = "a build is a task that others depend on: type = \"task\"; gantry restart runs it again by its name",
        ["up --force-recreate"] = "gantry restart has services end and start again",
        ["exec -i"] = Input,
        ["exec -it"] = Input,
        ["exec -ti"] = Input,
        ["start --all"] = AllByDefault,
        ["start -a"] = AllByDefault,
        ["stop --all"] = AllByDefault,
        ["stop -a"] = AllByDefault,
        ["restart --all"] = AllByDefault,
        ["restart -a"] = AllByDefault,
        ["stop -t"] = "how long it may take is in the file: stop = { grace = \"3s\" }",
        ["down -v"] = "did you mean --volumes? gantry down --help",
        ["-f"] = "a workspace is named by its folder: gantry -C DIR up",
    }.ToFrozenDictionary();

    private const string Input = "input is passed on without being asked for, and on a terminal the command gets one: gantry exec SERVICE COMMAND";

    private const string AllByDefault = "it is all of them where none is named";

    /// <summary>Whether the line cannot be carried out as it stands.</summary>
    public static bool IsIn(ParseResult parsed) => parsed.Action switch
    {
        ParseErrorAction => true,
        HelpAction => parsed.UnmatchedTokens.Count > 0 && parsed.CommandResult.Command.Subcommands.Count > 0,
        _ => FindMistakenOption(parsed) is not null,
    };

    public static CliException Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = PathOf(parsed.CommandResult);
        var help = $"{path} --help";
        if ((parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : FindMistakenOption(parsed)) is { } unknown)
        {
            return OfUnknown(command, path, unknown, help);
        }

        if (command.Subcommands.Count > 0 && parsed.CommandResult.Command.Action is null)
        {
            return CliException.Usage("no-command", $"{path} needs a command: {string.Join(", ", Names(command))}", help);
        }

        return CliException.Usage("bad-usage", string.Join("; ", parsed.Errors.Select(error => Words(parsed, error)).Distinct()), help);
    }

    /// <summary>The parser takes an option that it does not know for an argument, where the command takes any number of these.</summary>
    private static string? FindMistakenOption(ParseResult parsed) => parsed.CommandResult.Children
        .OfType<ArgumentResult>()
        .Where(result => !result.Argument.CaptureRemainingTokens)
        .SelectMany(result => result.Tokens)
        .Select(token => token.Value)
        .FirstOrDefault(value => value is ['-', _, ..]);

    private static CliException OfUnknown(Command command, string path, string unknown, string help)
    {
        if (unknown.StartsWith('-'))
        {
            if ((Answers.GetValueOrDefault($"{command.Name} {unknown}") ?? Answers.GetValueOrDefault(unknown)) is { } answer)
            {
                return CliException.Usage("unknown-option", $"{path} has no option {unknown}", answer);
            }

            var options = command.Options.Concat(GlobalOptions.All).SelectMany(option => option.Aliases.Append(option.Name)).ToList();
            return CliException.Usage("unknown-option", $"{path} has no option {unknown}", Meant(unknown, options) is { } option ? $"did you mean {option}? {help}" : help);
        }

        return command.Subcommands.Count > 0
            ? CliException.Usage("unknown-command", $"there is no command {path} {unknown}", OfCommand(command, path, unknown) ?? help)
            : CliException.Usage("bad-usage", $"{path} does not take {unknown}", help);
    }

    /// <summary>What was meant by a command that is none of ours; null where nobody can tell.</summary>
    private static string? OfCommand(Command command, string path, string unknown)
    {
        var isOurs = path == "gantry";
        return isOurs && Answers.GetValueOrDefault(unknown) is { } answer
            ? answer
            : ((isOurs ? Habits.GetValueOrDefault(unknown) : null) ?? Suggestion.Closest(unknown, Names(command))) is { } name ? $"did you mean {path} {name}?" : null;
    }

    /// <summary>The long option nearest to a word; its dashes say nothing.</summary>
    private static string? Meant(string unknown, IReadOnlyCollection<string> options) =>
        unknown.TrimStart('-') is { Length: > 1 } word && Suggestion.Closest(word, options.Where(option => option.StartsWith("--", StringComparison.Ordinal)).Select(option => option[2..])) is { } found
            ? $"--{found}"
            : null;

    private static IEnumerable<string> Names(Command command) => command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);

    private static string PathOf(CommandResult result) => result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "gantry";

    /// <summary>The library's sentences, in the form of ours.</summary>
    private static string Words(ParseResult parsed, ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: 0 } option => $"{option.Option.Name} needs a value{(option.Option.HelpName is { } value ? $": {option.Option.Name} {value}" : "")}",
        OptionResult { Tokens.Count: > 1, Option.Arity.MaximumNumberOfValues: 1 } option => $"{option.Option.Name} is given {(option.Tokens.Count == 2 ? "twice" : $"{option.Tokens.Count} times")}, and takes one value",
        ArgumentResult { Tokens.Count: 0 } argument => $"{PathOf(parsed.CommandResult)} needs a {argument.Argument.Name}",
        _ when parsed.CommandResult.Command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0) is { } missing && parsed.CommandResult.Tokens.Count == 0 => $"{PathOf(parsed.CommandResult)} needs a {missing.Name}",
        _ => error.Message.TrimEnd('.') is { Length: > 0 } text ? char.ToLowerInvariant(text[0]) + text[1..] : error.Message,
    };
}
