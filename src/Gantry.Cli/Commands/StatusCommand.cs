using System.CommandLine;
using System.Globalization;
using System.Text;
using Gantry.Cli.Connection;
using Gantry.Cli.Failures;
using Gantry.Cli.Output;
using Gantry.Cli.Status;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry status</c>, whole: <see cref="FastStatus"/> answers the usual case before this is loaded.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string[]> Targets = Arguments.Targets("Services to show, all where none is named; or the workspace's folder");

    private static readonly Option<bool> All = Arguments.Flag("--all", "-a", "List every workspace that is up");

    public static Command Create()
    {
        var command = new Command("status", "Show how the workspace's services are") { Targets, All };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var target = context.Target(parsed.GetValue(Targets));
        if (parsed.GetValue(All) && !target.Services.IsEmpty)
        {
            throw CliException.Usage("bad-usage", $"status --all lists workspaces, and {target.Services[0]} is a service", $"gantry status {target.Services[0]}");
        }

        var client = await context.FindAsync(ct);
        if (parsed.GetValue(All) || (target.Folder is null && target.Services.IsEmpty))
        {
            return await ListAsync(context, client, target.Folder, ct);
        }

        var folder = target.RequireFolder();
        var status = client is null ? null : await client.FindStatusAsync(client.IdOf(folder), ct);
        if (status is null)
        {
            return SayNotUp(context, folder, client is not null);
        }

        Print(context, await ChooseAsync(status, target, folder, ct));
        return ExitCodes.Done;
    }

    private static async Task<WorkspaceStatus> ChooseAsync(WorkspaceStatus status, Target target, string folder, CancellationToken ct)
    {
        var names = status.Services.Select(service => service.Name).ToList();
        await Services.RequireAsync(target.Services, names, status.Workspace, folder, ct);
        return target.Services.IsEmpty ? status : status with { Services = [.. status.Services.Where(service => target.Services.Contains(service.Name))] };
    }

    private static void Print(CommandContext context, WorkspaceStatus status)
    {
        if (context.Output.Options.Json)
        {
            context.Output.Json(status, DaemonJson.Default.WorkspaceStatus);
            return;
        }

        var text = new StringBuilder();
        StatusText.Write(text, status, context.Output.Palette, context.Output.Width);
        context.Output.Text(text);
    }

    private static int SayNotUp(CommandContext context, string folder, bool daemonRuns)
    {
        var id = context.Client.IdOf(folder);
        if (context.Output.Options.Json)
        {
            context.Output.Json(new WorkspaceStatus(Path.GetFileName(folder), folder, []) { Id = id }, DaemonJson.Default.WorkspaceStatus);
        }

        var isLeft = context.Home.HasRecord(id);
        context.Output.Line((daemonRuns, isLeft) switch
        {
            (true, _) => $"the workspace in {folder} is not up; gantry up starts it",
            (_, true) => "no daemon runs; what the last one started may still run, and gantry up has a new one take it over",
            _ => "no daemon runs; gantry up starts one",
        });
        return ExitCodes.Done;
    }

    private static async Task<int> ListAsync(CommandContext context, DaemonClient? client, string? folder, CancellationToken ct)
    {
        var all = client is null ? [] : await client.GetWorkspacesAsync(ct);
        if (context.Output.Options.Json)
        {
            context.Output.Json(all, DaemonJson.Default.ImmutableArrayWorkspaceSummary);
            return ExitCodes.Done;
        }

        if (all.Length == 0)
        {
            context.Output.Line((client, folder) switch
            {
                (null, _) => "no daemon runs; gantry up starts one",
                (_, null) => "no workspace is up, and there is no gantry.toml here",
                _ => $"no workspace is up; gantry up starts the one in {folder}",
            });
            return ExitCodes.Done;
        }

        var table = new TextTable();
        table.Add(Head("WORKSPACE"), Head("READY"), Head("FAILED"), Head("FOLDER"));
        foreach (var workspace in all)
        {
            var tone = workspace.Failed > 0 ? Tone.Bad : workspace.Ready == workspace.Services ? Tone.Good : Tone.Busy;
            table.Add(
                workspace.Name,
                new Cell(string.Create(CultureInfo.InvariantCulture, $"{workspace.Ready}/{workspace.Services}"), tone),
                workspace.Failed.ToString(CultureInfo.InvariantCulture),
                workspace.Path);
        }

        var text = new StringBuilder();
        table.Write(text, context.Output.Palette, context.Output.Width);
        context.Output.Text(text);
        return ExitCodes.Done;

        static Cell Head(string text) => new(text, Tone.Quiet);
    }
}
