using System.CommandLine;
using System.Text;
using Gantry.Cli.Failures;
using Gantry.Cli.Output;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry why</c>: the causal chain of what is not ready.</summary>
internal static class WhyCommand
{
    private static readonly Argument<string[]> Targets = Arguments.Targets("Services, all that are not ready where none is named; or the workspace's folder");

    public static Command Create()
    {
        var command = new Command("why", "Explain why services are not ready") { Targets };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var target = context.Target(parsed.GetValue(Targets));
        var folder = target.RequireFolder();
        if (await context.FindAsync(ct) is not { } client)
        {
            throw context.Home.HasRecord(context.Client.IdOf(folder))
                ? CliException.Failed("no-daemon", "no daemon runs; what the last one started may still run", "gantry up has a new one take it over")
                : CliException.Failed("no-daemon", "no daemon runs, so nothing is up", "gantry up");
        }

        var (workspace, names) = await Services.FindAsync(client, target, ct);
        var asked = target.Services.IsEmpty ? [.. workspace.Services.Where(service => !service.Ready).Select(service => service.Name)] : names;
        var reports = await Task.WhenAll(asked.Select(name => client.WhyAsync(workspace.Id, name, ct)));
        if (context.Output.Options.Json)
        {
            context.Output.Json([.. reports], DaemonJson.Default.ImmutableArrayWhyReport);
            return ExitCodes.Done;
        }

        Print(context.Output, workspace, reports);
        return ExitCodes.Done;
    }

    private static void Print(CommandOutput output, WorkspaceStatus workspace, WhyReport[] reports)
    {
        if (reports.Length == 0)
        {
            output.Line($"everything in {workspace.Workspace} is ready");
            return;
        }

        var text = new StringBuilder();
        foreach (var report in reports)
        {
            text.Append(text.Length > 0 ? "\n" : "");
            WhyText.Write(text, report, output.Palette);
        }

        output.Text(text);
    }
}
