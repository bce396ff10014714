using System.CommandLine;
using System.CommandLine.Help;
using Gantry.Cli.Commands;
using Gantry.Cli.Failures;
using Gantry.Cli.Output;

namespace Gantry.Cli;

/// <summary>All commands, and how a line that was typed becomes one of them.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Gantry runs a whole workspace from one file: its processes, containers, sites and the web edge in front of them.")
        {
            UpCommand.Create(),
            DownCommand.Create(),
            ServiceCommands.CreateStart(),
            ServiceCommands.CreateStop(),
            ServiceCommands.CreateRestart(),
            StatusCommand.Create(),
            LogsCommand.Create(),
            ExecCommand.Create(),
            WaitCommand.Create(),
            WhyCommand.Create(),
            OpenCommand.Create(),
            ConfigCommand.Create(),
            DoctorCommand.Create(),
            ServeCommand.Create(),
            DaemonCommand.Create(),
            CompletionCommand.Create(),
            VersionCommand.Create(),
        };
        root.Add(CompletionCommand.CreateAnswer(root));
        foreach (var option in GlobalOptions.All)
        {
            root.Add(option);
        }

        foreach (var option in root.Options.OfType<VersionOption>().ToList())
        {
            root.Options.Remove(option);
        }

        root.SetAction(parsed => new HelpAction().Invoke(parsed));
        return root;
    }

    public static ParseResult Parse(IReadOnlyList<string> args)
    {
        if (args is ["help", ..])
        {
            return ParseWords([.. args.Skip(1), "--help"]);
        }

        // An option that is a command: of ours before any other command, else of that.
        var before = args.TakeWhile(arg => arg != "--version").ToList();
        return before.Count < args.Count && ParseWords(before) is { Errors.Count: 0, CommandResult.Command: RootCommand }
            ? ParseWords([.. before, "version", .. args.Skip(before.Count + 1)])
            : ParseWords(args);
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        var parsed = Parse(args);
        var error = UsageError.IsIn(parsed) ? UsageError.Of(parsed)
            : parsed.Action is HelpAction && parsed.GetValue(GlobalOptions.Json) ? CliException.Usage("no-json", "help is text and no JSON", "leave out --json")
            : null;
        if (error is not null)
        {
            using var output = CommandOutput.Standard(GlobalOptions.Read(parsed), Environment.GetEnvironmentVariable);
            return await CommandRunner.GuardAsync(output, args, () => throw error);
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static ParseResult ParseWords(IReadOnlyList<string> words) =>
        Create().Parse(words, new ParserConfiguration { EnablePosixBundling = true, ResponseFileTokenReplacer = null });
}
