using System.Collections.Immutable;
using System.CommandLine;
using Gantry.Cli.Progress;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry start|stop|restart</c>: services of a workspace that is up.</summary>
internal static class ServiceCommands
{
    private static readonly Argument<string[]> Targets = Arguments.Targets();

    private static readonly Option<TimeSpan?> Timeout = Arguments.Duration("--timeout", "Give up waiting after this long (default 5m)");

    private static readonly Option<bool> Detach = Arguments.Flag("--detach", "-d", "Return as soon as everything is set in motion");

    public static Command CreateStart() => Create("start", "Start services and what they depend on, and wait until they are ready");

    public static Command CreateRestart() => Create("restart", "Have services end and start again, and wait until they are ready");

    public static Command CreateStop()
    {
        var command = new Command("stop", "Stop services, and wait until they have stopped") { Targets };
        command.Do((parsed, context, ct) => Awaiting.OrLeaveAsync(context, () => StopAsync(parsed, context, ct), ct, stops: true));
        return command;
    }

    private static Command Create(string verb, string description)
    {
        var command = new Command(verb, description) { Targets, Timeout, Detach };
        command.Do((parsed, context, ct) => Awaiting.OrLeaveAsync(context, () => MoveAsync(verb, parsed, context, ct), ct));
        return command;
    }

    private static async Task<int> StopAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var client = await context.ReachAsync(ct);
        var target = context.Target(parsed.GetValue(Targets));
        var (workspace, names) = await Services.FindAsync(client, target, ct);
        ImmutableArray<ServiceStatus> stopped;
        using (var line = new Output.StatusLine(context.Output))
        {
            line.Show($"{workspace.Workspace}: stopping {string.Join(", ", names)}");
            var answer = await client.ChangeAsync(workspace.Id, target.Services, "stop", ct);
            stopped = [.. answer.Workspace.Services.Where(service => answer.Services.Contains(service.Name))];
        }

        foreach (var service in stopped)
        {
            context.Output.Line($"{service.Name}: {Status.StatusText.State(service)}");
        }

        if (context.Output.Options.Json)
        {
            context.Output.Json(stopped, CliJson.Default.ImmutableArrayServiceStatus);
        }

        return ExitCodes.Done;
    }

    private static async Task<int> MoveAsync(string verb, ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var since = context.Time.GetTimestamp();
        var client = await context.ReachAsync(ct);
        var target = context.Target(parsed.GetValue(Targets));
        var (workspace, _) = await Services.FindAsync(client, target, ct);
        var answer = await client.ChangeAsync(workspace.Id, target.Services, verb, ct);
        ImmutableArray<PlanStep> plan =
        [
            .. from name in answer.Moved
               let isMeant = target.Services.IsEmpty || target.Services.Contains(name)
               select new PlanStep(isMeant && verb == "restart" ? PlanAction.Replace : PlanAction.Start, name, null, [$"gantry {verb}"]),
        ];
        var awaiting = new Awaiting(context, client, answer.Workspace, plan, since);
        var progress = WorkspaceProgress.Of(answer, target.Services);
        return (parsed.GetValue(Detach), progress.IsReady) switch
        {
            (_, true) => awaiting.NothingToDo(progress),
            (true, _) => awaiting.Leave(progress),
            _ => await awaiting.RunAsync(progress, answer.Sequence, parsed.GetValue(Timeout) ?? Awaiting.DefaultTimeout, ct),
        };
    }
}
