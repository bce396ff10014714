using System.CommandLine;
using System.Runtime.InteropServices;
using Gantry.Cli.Failures;
using Gantry.Cli.Native;
using Gantry.Cli.Output;
using Gantry.Daemon.Hosting;

namespace Gantry.Cli;

/// <summary>Runs a command that was understood: gives it its surroundings, and turns whatever goes wrong into a message and an exit code.</summary>
internal static class CommandRunner
{
    /// <summary>Gives a command its action.</summary>
    public static void Do(this Command command, Func<ParseResult, CommandContext, CancellationToken, Task<int>> action) =>
        command.SetAction((parsed, ct) => RunAsync(parsed, action, ct));

    private static async Task<int> RunAsync(ParseResult parsed, Func<ParseResult, CommandContext, CancellationToken, Task<int>> action, CancellationToken ct)
    {
        using var output = CommandOutput.Standard(GlobalOptions.Read(parsed), Environment.GetEnvironmentVariable);
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        var code = await GuardAsync(output, [.. parsed.Tokens.Select(token => token.Value)], async () =>
        {
            RequireForm(parsed, output.Options);
            var folder = FolderOf(parsed.GetValue(GlobalOptions.Directory));
            var code = await action(parsed, new CommandContext(output, folder, Environment.GetEnvironmentVariable, TimeProvider.System), interrupted.Token);
            output.Flush();
            return code;
        });
        return code;

        void Cancel(PosixSignalContext signal)
        {
            // A second one ends the process as if nobody had listened.
            signal.Cancel = !interrupted.IsCancellationRequested;
            interrupted.Cancel();
        }
    }

    /// <summary>Some commands print what is not ours to shape: a program's output, a log, a script.</summary>
    private static void RequireForm(ParseResult parsed, OutputOptions options)
    {
        if (options.Json && parsed.CommandResult.Command.Name is "exec" or "serve" or "completion")
        {
            throw CliException.Usage("no-json", $"what {parsed.CommandResult.Command.Name} prints is no JSON", "leave out --json");
        }
    }

    /// <summary>The folder of <c>-C</c>, or the current one.</summary>
    /// <exception cref="CliException">It is not there.</exception>
    private static string FolderOf(string? named)
    {
        string folder;
        try
        {
            folder = Path.GetFullPath(named ?? ".");
        }
        catch (FileNotFoundException)
        {
            throw CliException.Usage("no-folder", "the current folder is not there any more", "cd to one that is, or name one with -C DIR");
        }

        return Directory.Exists(folder)
            ? folder
            : throw CliException.Usage("no-folder", File.Exists(folder) ? $"-C: {folder} is a file" : $"-C: there is no folder {folder}", "name the folder of a workspace, or one in it");
    }

    /// <summary>Runs something and reports what it throws.</summary>
    public static async Task<int> GuardAsync(CommandOutput output, IReadOnlyList<string> args, Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e)
        {
            var failure = Failure.Of(e) ?? new Failure(CrashReport.Write(e, args, TimeProvider.System), ExitCodes.Failed);
            try
            {
                Report(output, failure);
            }
            catch (BrokenPipeException)
            {
                // Nobody is there to be told.
            }

            return failure.ExitCode;
        }
    }

    private static void Report(CommandOutput output, Failure failure)
    {
        if (failure.Problem is not { } problem)
        {
            return;
        }

        if (output.Options.Json)
        {
            output.Json(problem, DaemonJson.Default.Problem);
        }

        output.Complain(FailureText.Of(problem, output.ErrorPalette));
    }
}
