using System.Collections.Immutable;
using System.Text;
using Gantry.Cli.Connection;
using Gantry.Cli.Failures;
using Gantry.Cli.Native;
using Gantry.Cli.Output;
using Gantry.Cli.Progress;
using Gantry.Cli.Status;
using Gantry.Daemon.Workspaces;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Workloads;

namespace Gantry.Cli.Commands;

/// <summary>What <c>up</c>, <c>start</c> and <c>restart</c> do once everything is set in motion: wait, show, and tell in the end.</summary>
/// <param name="since">When the command began.</param>
internal sealed class Awaiting(CommandContext context, DaemonClient client, WorkspaceStatus workspace, ImmutableArray<PlanStep> plan, long since)
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    public ImmutableArray<Diagnostic> Warnings { get; init; } = [];

    /// <summary>What changed about the workspace itself, in words.</summary>
    public ImmutableArray<string> Changes { get; init; } = [];

    private CommandOutput Output => context.Output;

    /// <summary>Sets something in motion and waits for it. Who stops waiting, at whatever moment, is told what that does not end.</summary>
    /// <param name="stops">Whether it is a stop that is waited for.</param>
    public static async Task<int> OrLeaveAsync(CommandContext context, Func<Task<int>> move, CancellationToken ct, bool stops = false)
    {
        try
        {
            return await move();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            context.Output.Complain($"gantry: you stopped waiting, and what was begun goes on; gantry status shows it{(stops ? "" : ", gantry down ends it")}");
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>Everything was ready before: says so and is done.</summary>
    public int NothingToDo(WorkspaceProgress progress)
    {
        if (Output.Options.Json)
        {
            return PrintJson(progress, ready: true, []);
        }

        if (workspace.Services.IsEmpty)
        {
            Output.Line($"{workspace.Workspace} has no services{(plan.Length > 0 ? " any more" : "")}: write one into {Path.Combine(workspace.Path, WorkspaceFolder.FileName)}");
            return ExitCodes.Done;
        }

        Output.Line(plan.Length > 0 || Changes.Length > 0 ? $"{Subject(progress)} ready" : $"{Subject(progress)} ready already, nothing to do");
        PrintRecord(progress);
        return ExitCodes.Done;
    }

    /// <summary>Everything is set in motion, and nobody waits for it.</summary>
    public int Leave(WorkspaceProgress progress)
    {
        if (Output.Options.Json)
        {
            PrintJson(progress, progress.IsReady, []);
            return ExitCodes.Done;
        }

        var done = (plan.Length, Changes.Length) switch
        {
            (0, 0) => "nothing to do",
            (0, _) => "updated",
            _ => string.Join(", ", plan.Select(step => $"{VerbOf(step)} {step.Workload}").Distinct()),
        };
        Output.Line($"{workspace.Workspace}: {done}; see how it goes with gantry status");
        return ExitCodes.Done;
    }

    private static string VerbOf(PlanStep step) => step is { Action: PlanAction.Remove, Replica: not null } ? "scale" : step.Action.ToString().ToLowerInvariant();

    /// <param name="after">Where the events begin.</param>
    public async Task<int> RunAsync(WorkspaceProgress progress, long after, TimeSpan timeout, CancellationToken ct)
    {
        Ending ending;
        await using (var view = View())
        {
            var events = new EventFeed(client, workspace.Id, context.Time).ReadAsync(after, ct);
            (ending, progress) = await new ProgressFollower(view, context.Time).FollowAsync(progress, events, timeout, ct);
        }

        return ending == Ending.Ready ? Succeed(progress) : await FailAsync(progress, ending == Ending.TimedOut ? timeout : null, ct);
    }

    /// <summary>The workspace where all of it was asked for, else the services.</summary>
    private string Subject(WorkspaceProgress progress)
    {
        var told = progress.Told.Select(service => service.Name).ToList();
        return told.Count == workspace.Services.Length
            ? $"{Output.Palette.Paint(Tone.Strong, workspace.Workspace)} is"
            : $"{Output.Palette.Paint(Tone.Strong, string.Join(", ", told))} {(told.Count == 1 ? "is" : "are")}";
    }

    private IProgressView View() => Output switch
    {
        { Options.Json: true } or { Options.Quiet: true } => new SilentProgress(),
        { IsTerminal: true, IsErrorTerminal: true } when context.Variable("TERM") is not (null or "" or "dumb") => new LiveProgress(Output.Draw, () => TerminalDevice.SizeOf(TerminalDevice.Stdout) ?? (24, 80), Output.Palette),
        _ => new PlainProgress(line =>
        {
            Output.Line(line);
            Output.Flush();
        }),
    };

    private int Succeed(WorkspaceProgress progress)
    {
        if (Output.Options.Json)
        {
            return PrintJson(progress, ready: true, []);
        }

        Output.Line($"{Subject(progress)} ready in {Elapsed.Show(context.Time.GetElapsedTime(since))}");
        PrintRecord(progress);
        return ExitCodes.Done;
    }

    private async Task<int> FailAsync(WorkspaceProgress progress, TimeSpan? timeout, CancellationToken ct)
    {
        var culprits = progress.Services.Where(service => service.Standing == Standing.Failed || service.IsCrashing || (timeout is not null && service.Standing != Standing.Ready)).ToList();
        // What has become ready while it was asked about is no culprit any more.
        var reports = (await ExplainAsync([.. culprits.Select(service => service.Name)], ct)).RemoveAll(report => report.Ready);
        if (Output.Options.Json)
        {
            PrintJson(progress, ready: false, reports);
        }

        if (reports.Any(report => report.Chain.Any(cause => cause.Code == WhyExplainer.TakenDownCode)))
        {
            Output.Complain($"{Output.ErrorPalette.Paint(Tone.Bad, "gantry:")} {workspace.Workspace} was taken down meanwhile\n  next: gantry up");
            return ExitCodes.Failed;
        }

        var text = new StringBuilder();
        var reason = timeout is { } time ? $"is not ready after {Elapsed.Show(time)}" : "did not become ready";
        text.Append(Output.ErrorPalette.Paint(Tone.Bad, "gantry:")).Append(' ').Append(workspace.Workspace).Append(' ').Append(reason).Append('\n');
        foreach (var report in reports)
        {
            WhyText.Write(text, report, Output.ErrorPalette);
        }

        var unready = progress.Services.Where(service => service.Standing == Standing.Working).Except(culprits)
            .Select(service => service is { IsStale: false, Status: { } status } ? $"{service.Name} ({StatusText.OneLine(status.Progress ?? status.Reason)})" : service.Name).ToList();
        text.Append(unready.Count > 0 ? $"not ready yet: {string.Join(", ", unready)}\n" : "");
        var running = progress.Services.Where(service => service is { IsStale: false, WasRemoved: false, Status.State: WorkloadState.Running }).Select(service => service.Name).ToList();
        text.Append(running.Count > 0 ? $"still running: {string.Join(", ", running)}; gantry down ends everything\n" : "");

        // Where a cause has a next step of its own, that is the one to take.
        var next = reports.Length > 0 ? "mend it and call gantry up again; gantry logs shows more" : "gantry wait goes on waiting; so does a longer --timeout";
        text.Append(reports.Any(report => report.Chain.Any(cause => cause.Remedy is not null)) ? "" : $"  next: {next}\n");
        Output.Complain(text.ToString().TrimEnd('\n'));
        return ExitCodes.Failed;
    }

    /// <summary>What is at the root; a service that only waits for another that is told of anyway is left out. What cannot be explained is told none the less.</summary>
    private async Task<ImmutableArray<WhyReport>> ExplainAsync(ImmutableArray<string> names, CancellationToken ct)
    {
        var reports = ImmutableArray.CreateBuilder<WhyReport>();
        foreach (var name in names)
        {
            try
            {
                reports.Add(await client.WhyAsync(workspace.Id, name, ct));
            }
            catch (CliException e) when (e.Problem.Code == "unknown-workspace")
            {
                const string message = "its workspace was taken down";
                reports.Add(new WhyReport(workspace.Workspace, name, false, $"{name} is not ready: {message}", [new WhyCause(name, WorkloadState.Stopped, WhyExplainer.TakenDownCode, message, "gantry up", [])]));
            }
            catch (CliException e)
            {
                var why = e.Problem.Code == "unknown-service" ? "was taken away" : $"is not ready, and why cannot be told: {e.Message}";
                reports.Add(new WhyReport(workspace.Workspace, name, false, $"{name} {why}", []));
            }
        }

        return reports.Count == 1
            ? reports.ToImmutable()
            : [.. reports.Where(report => report.Chain.Length <= 1 || !names.Contains(report.Chain[^1].Service))];
    }

    private void PrintRecord(WorkspaceProgress progress)
    {
        if (Output.Options.Quiet)
        {
            return;
        }

        var text = new StringBuilder("\n");
        RecordText.Write(text, progress, Output.Palette, Output.Width);
        Output.Text(text);
    }

    private int PrintJson(WorkspaceProgress progress, bool ready, ImmutableArray<WhyReport> failed)
    {
        var heard = progress.Services.Where(service => service.Status is not null).ToDictionary(service => service.Name, service => service.Status!);
        var state = workspace with { Services = [.. workspace.Services.Select(service => heard.GetValueOrDefault(service.Name, service))] };
        var seconds = Math.Round(context.Time.GetElapsedTime(since).TotalSeconds, 3);
        Output.Json(new UpReport(state, ready, seconds, plan, failed, Warnings, Changes), CliJson.Default.UpReport);
        return ready ? ExitCodes.Done : ExitCodes.Failed;
    }
}
