using System.CommandLine;
using System.Text;
using Gantry.Cli.Failures;
using Gantry.Cli.Output;
using Gantry.Cli.Progress;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Workspaces;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry up</c>: brings a workspace to what its file says and waits until it is ready.</summary>
internal static class UpCommand
{
    private static readonly Argument<string[]> Targets = Arguments.Targets();

    private static readonly Option<TimeSpan?> Timeout = Arguments.Duration("--timeout", "Give up waiting after this long (default 5m)");

    private static readonly Option<string[]> Profiles = Arguments.Profiles();

    private static readonly Option<bool> DryRun = Arguments.Flag("--dry-run", "Print what would be done, and why, and do nothing");

    private static readonly Option<bool> Detach = Arguments.Flag("--detach", "-d", "Return as soon as everything is set in motion");

    public static Command Create()
    {
        var command = new Command("up", "Bring the workspace to what its file says, and wait until it is ready") { Targets, Timeout, Profiles, DryRun, Detach };
        command.Do((parsed, context, ct) => Awaiting.OrLeaveAsync(context, () => RunAsync(parsed, context, ct), ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var target = context.Target(parsed.GetValue(Targets));
        var request = Request(parsed, target.RequireFolder(), target);
        var since = context.Time.GetTimestamp();
        var client = await context.ReachAsync(ct);
        var answer = await client.ApplyAsync(request, ct);
        FailureText.Warn(context.Output, answer.Warnings);
        if (parsed.GetValue(DryRun))
        {
            return PrintPlan(context, answer);
        }

        Announce(context.Output, answer);
        var awaiting = new Awaiting(context, client, answer.Workspace, answer.Plan, since) { Warnings = answer.Warnings, Changes = answer.Changes };
        var progress = WorkspaceProgress.Of(answer, request.Services);
        if (parsed.GetValue(Detach))
        {
            return awaiting.Leave(progress);
        }

        return progress.IsReady
            ? awaiting.NothingToDo(progress)
            : await awaiting.RunAsync(progress, answer.Sequence, parsed.GetValue(Timeout) ?? Awaiting.DefaultTimeout, ct);
    }

    private static ApplyRequest Request(ParseResult parsed, string folder, Target target) => new()
    {
        Path = folder,
        Services = target.Services,
        Profiles = Arguments.Words(parsed, Profiles),
        DryRun = parsed.GetValue(DryRun),
        Environment = OwnEnvironment.Read(),
    };

    /// <summary>What changes, and why, before it is seen how it goes.</summary>
    private static void Announce(CommandOutput output, ApplyAnswer answer)
    {
        if (!output.Options.Quiet)
        {
            foreach (var line in answer.Changes.Select(change => $"{answer.Workspace.Workspace}: {change}").Concat(PlanText.Lines(answer.Plan)))
            {
                output.Line(line);
            }

            output.Flush();
        }
    }

    private static int PrintPlan(CommandContext context, ApplyAnswer answer)
    {
        if (context.Output.Options.Json)
        {
            context.Output.Json(new PlanReport(answer.Workspace.Workspace, answer.Workspace.Path, answer.Plan, answer.Warnings, answer.Changes), CliJson.Default.PlanReport);
            return ExitCodes.Done;
        }

        var text = new StringBuilder();
        PlanText.Write(text, answer, context.Output.Palette);
        context.Output.Text(text);
        return ExitCodes.Done;
    }
}
