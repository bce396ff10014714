using System.Collections.Immutable;
using System.CommandLine;
using Gantry.Cli.Connection;
using Gantry.Cli.Output;
using Gantry.Cli.Status;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry down</c>: ends everything of a workspace.</summary>
internal static class DownCommand
{
    private static readonly Argument<string?> Folder = new("folder") { Description = "The workspace's folder, where it is not the one around the current folder", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<bool> All = Arguments.Flag("--all", "Take down every workspace of this home");

    private static readonly Option<bool> Volumes = Arguments.Flag("--volumes", "Remove its named volumes, too; not in this version");

    public static Command Create()
    {
        var command = new Command("down", "End everything of the workspace; named volumes stay") { Folder, All, Volumes };
        command.Do((parsed, context, ct) => Awaiting.OrLeaveAsync(context, () => RunAsync(parsed, context, ct), ct, stops: true));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        if (parsed.GetValue(Volumes))
        {
            context.Output.Note("gantry: --volumes removes nothing: this version has no named volumes");
        }

        var all = parsed.GetValue(All);
        var folder = all ? null : FolderOf(context, parsed.GetValue(Folder));
        var client = await FindAsync(context, ct);
        var up = client is null ? [] : await WorkspacesAsync(client, folder, ct);
        foreach (var workspace in up)
        {
            await TakeDownAsync(context, client!, workspace, ct);
        }

        if (up.Length == 0)
        {
            context.Output.Line(folder is null ? "no workspace is up" : $"the workspace in {folder} is not up, nothing to do");
        }

        Print(context, folder, up);
        return ExitCodes.Done;
    }

    /// <summary>A folder by any name: here also one without a slash is meant as one, for <c>down</c> knows no services.</summary>
    private static string FolderOf(CommandContext context, string? argument) => argument is null || Target.IsFolder(argument)
        ? context.Target(argument is null ? [] : [argument]).RequireFolder()
        : throw Failures.CliException.Usage("not-a-folder", $"down takes the whole workspace down, and {argument} is no folder", $"gantry stop {argument} stops a service; gantry down ./{argument} names a folder");

    /// <summary>Where no daemon runs there may still be what the last one left running: then one is started that takes over.</summary>
    private static async Task<DaemonClient?> FindAsync(CommandContext context, CancellationToken ct)
    {
        if (await context.FindAsync(ct) is { } running)
        {
            return running;
        }

        var left = Directory.Exists(context.Home.Workspaces) && Directory.EnumerateFiles(context.Home.Workspaces, "*.json").Any();
        return left ? await context.ReachAsync(ct) : null;
    }

    private static async Task<ImmutableArray<WorkspaceSummary>> WorkspacesAsync(DaemonClient client, string? folder, CancellationToken ct)
    {
        var up = await client.GetWorkspacesAsync(ct);
        return folder is null ? up : [.. up.Where(workspace => workspace.Id == client.IdOf(folder))];
    }

    private static async Task TakeDownAsync(CommandContext context, DaemonClient client, WorkspaceSummary workspace, CancellationToken ct)
    {
        var since = context.Time.GetTimestamp();
        using (var line = new StatusLine(context.Output))
        using (var done = CancellationTokenSource.CreateLinkedTokenSource(ct))
        {
            var telling = TellAsync(context, client, workspace, line, done.Token);
            try
            {
                await client.RemoveAsync(workspace.Id, ct);
            }
            finally
            {
                await done.CancelAsync();
                await telling;
            }
        }

        context.Output.Line($"{workspace.Name} is down ({Elapsed.Show(context.Time.GetElapsedTime(since))})");
    }

    /// <summary>Tells what stops, as it stops. What cannot be told does not matter.</summary>
    private static async Task TellAsync(CommandContext context, DaemonClient client, WorkspaceSummary workspace, StatusLine line, CancellationToken ct)
    {
        var told = new Dictionary<string, WorkloadState>();
        var left = new SortedSet<string>(StringComparer.Ordinal);
        try
        {
            await foreach (var (happened, _) in client.WatchAsync(workspace.Id, null, ct))
            {
                if (happened is not { Kind: WorkloadEventKind.Changed, Service: { } service })
                {
                    continue;
                }

                _ = service.State is WorkloadState.Stopped ? left.Remove(service.Name) : left.Add(service.Name);
                line.Show($"{workspace.Name}: stopping {string.Join(", ", left)}");
                if (service.State is WorkloadState.Stopping or WorkloadState.Stopped && told.GetValueOrDefault(service.Name) != service.State && !context.Output.IsTerminal)
                {
                    context.Output.Note($"{service.Name}: {StatusText.State(service)}");
                }

                told[service.Name] = service.State;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or Failures.CliException)
        {
            // It is down, or the removal itself tells what is wrong.
        }
    }

    private static void Print(CommandContext context, string? folder, ImmutableArray<WorkspaceSummary> up)
    {
        if (context.Output.Options.Json)
        {
            ImmutableArray<DownReport> reports = up.Length == 0 && folder is not null
                ? [new DownReport(Path.GetFileName(folder), folder, WasUp: false)]
                : [.. up.Select(workspace => new DownReport(workspace.Name, workspace.Path, WasUp: true))];
            context.Output.Json(reports, CliJson.Default.ImmutableArrayDownReport);
        }
    }
}
