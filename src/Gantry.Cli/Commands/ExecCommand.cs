using System.Collections.Immutable;
using System.CommandLine;
using Gantry.Cli.Completion;
using Gantry.Cli.Connection;
using Gantry.Cli.Exec;
using Gantry.Cli.Failures;
using Gantry.Cli.Native;
using Gantry.Daemon.Workspaces;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry exec</c>: a command where a service runs; ends with its exit code.</summary>
internal static class ExecCommand
{
    private static readonly Argument<string> Service = First();

    private static readonly Argument<string[]> Command = new("command")
    {
        Description = "The command and its arguments",
        Arity = ArgumentArity.ZeroOrMore,
        CaptureRemainingTokens = true,
    };

    private static readonly Option<bool> NoTerminal = Arguments.Flag("--no-tty", "-T", "Give the command no terminal");

    private static readonly Option<bool> Terminal = Arguments.Flag("--tty", "-t", "Give the command a terminal, even where ours is none");

    private static readonly Option<int?> Replica = Arguments.Number("--replica", [], "In this replica, not in the first one that runs", least: 0);

    private static readonly Option<string[]> Variables = new("--env", "-e") { Description = "Set a variable for the command", HelpName = "NAME=VALUE" };

    public static Command Create()
    {
        var command = new Command("exec", "Run a command where a service runs: same folder, environment, user and limits") { NoTerminal, Terminal, Replica, Variables, Service, Command };
        command.Do(RunAsync);
        return command;
    }

    private static Argument<string> First()
    {
        var argument = new Argument<string>("service") { Description = "The service; a workspace's folder may stand before it", HelpName = "service" };
        argument.CompletionSources.Add(ServiceCompletions.Of);
        return argument;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var (target, command) = Understand(context.WorkingDirectory, parsed.GetRequiredValue(Service), parsed.GetValue(Command) ?? []);
        var client = await context.ReachAsync(ct);
        var (workspace, names) = await Services.FindAsync(client, target, ct);
        var (rows, columns) = TerminalDevice.SizeOf(TerminalDevice.Stdout) ?? (24, 80);
        var start = new ExecStart
        {
            Command = [.. command],
            Environment = Environment(context, parsed),
            Replica = parsed.GetValue(Replica),
            Terminal = WantsTerminal(parsed),
            Rows = rows,
            Columns = columns,
        };
        context.Output.Flush();
        return await new ExecConsole(client, new ExecCall { Workspace = workspace.Id, Service = names[0], Start = start }).RunAsync(ct);
    }

    /// <summary>A folder, where it comes first; then the service; then the command, of which no word is looked at.</summary>
    internal static (Target Target, IReadOnlyList<string> Command) Understand(string from, string first, IReadOnlyList<string> rest)
    {
        var words = rest.Skip(rest is ["--", ..] ? 1 : 0).ToList();
        var named = new List<string> { first };
        if (Target.IsFolder(first) && words.Count > 0)
        {
            named.Add(words[0]);
            words.RemoveAt(0);
            words = words is ["--", ..] ? words[1..] : words;
        }

        var target = Target.Of(from, named);
        if (target.Services.Length != 1 || words.Count == 0)
        {
            throw CliException.Usage("no-command", target.Services.Length != 1 ? "exec needs a service and a command" : "exec needs a command", "gantry exec SERVICE -- COMMAND");
        }

        // What begins with a dash is an option that came too late; a program of such a name stands behind a `--`.
        var behind = rest.Count - words.Count - 1;
        return words[0].StartsWith('-') && (behind < 0 || rest[behind] != "--")
            ? throw CliException.Usage("misplaced-option", $"exec: the option {words[0]} stands behind the service, where the command begins", $"options go before the service: gantry exec --env A=B {target.Services[0]} COMMAND; on a terminal the command gets one by itself")
            : (target, words);
    }

    private static bool WantsTerminal(ParseResult parsed) => !parsed.GetValue(NoTerminal)
        && (parsed.GetValue(Terminal) || (TerminalDevice.IsTerminal(TerminalDevice.Stdin) && TerminalDevice.IsTerminal(TerminalDevice.Stdout)));

    private static ImmutableDictionary<string, string> Environment(CommandContext context, ParseResult parsed)
    {
        var variables = ImmutableDictionary.CreateBuilder<string, string>();
        if (WantsTerminal(parsed) && context.Variable("TERM") is { } terminal)
        {
            variables["TERM"] = terminal;
        }

        foreach (var pair in parsed.GetValue(Variables) ?? [])
        {
            var equals = pair.IndexOf('=');
            var name = equals < 0 ? pair : pair[..equals];
            if (name.Length == 0)
            {
                throw CliException.Usage("bad-variable", $"--env {pair}: the variable has no name", "write --env NAME=VALUE");
            }

            variables[name] = (equals < 0 ? context.Variable(name) : pair[(equals + 1)..])
                ?? throw CliException.Usage("bad-variable", $"--env {pair}: there is no variable {name} in this environment", "write --env NAME=VALUE");
        }

        return variables.ToImmutable();
    }
}
