using System.CommandLine;
using Gantry.Daemon.Hosting;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry version</c>: of this program, and of the daemon where one runs.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "Print the version, and the daemon's where one runs");
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var daemon = await context.LookAsync(ct);
        if (context.Output.Options.Json)
        {
            context.Output.Json(new VersionReport(BuildVersion.Current, Environment.Version.ToString(), daemon?.Version), CliJson.Default.VersionReport);
        }

        context.Output.Line($"gantry {BuildVersion.Current}");
        if (daemon is not null && daemon.Version != BuildVersion.Current)
        {
            context.Output.Line($"daemon {daemon.Version} (the next command that needs it replaces it)");
        }

        return ExitCodes.Done;
    }
}
