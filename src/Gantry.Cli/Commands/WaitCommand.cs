using System.Collections.Immutable;
using System.CommandLine;
using Gantry.Cli.Connection;
using Gantry.Cli.Output;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry wait</c>: until services are ready, healthy, or have exited.</summary>
internal static class WaitCommand
{
    /// <summary>How long the daemon is asked to wait at a time: it waits for a day at most, and we for as long as was said.</summary>
    private static readonly TimeSpan Portion = TimeSpan.FromHours(1);

    private static readonly Argument<string[]> Targets = Arguments.Targets();

    private static readonly Option<string?> For = Arguments.OneOf("--for", "What to wait for (default ready)", "ready", "healthy", "exit");

    private static readonly Option<TimeSpan?> Timeout = Arguments.Duration("--timeout", "Give up after this long (default 5m; for exit there is no end)");

    public static Command Create()
    {
        var command = new Command("wait", "Wait until services are ready, healthy, or have exited") { Targets, For, Timeout };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var goal = parsed.GetValue(For) ?? "ready";
        var timeout = parsed.GetValue(Timeout) ?? (goal == "exit" ? null : Awaiting.DefaultTimeout);
        var client = await context.ReachAsync(ct);
        var (workspace, names) = await Services.FindAsync(client, context.Target(parsed.GetValue(Targets)), ct);
        ImmutableArray<WaitReport> reports;
        using (var line = new StatusLine(context.Output))
        {
            line.Show($"waiting for {string.Join(", ", names)}");
            reports = [.. await Task.WhenAll(names.Select(name => WaitAsync(client, new WaitRequest(workspace.Id, name, goal, timeout), context.Time, ct)))];
        }

        if (context.Output.Options.Json)
        {
            context.Output.Json(reports, CliJson.Default.ImmutableArrayWaitReport);
        }

        foreach (var report in reports)
        {
            Tell(context.Output, report, goal, timeout);
        }

        return ExitCode(reports, goal);
    }

    /// <summary>Where exits are waited for, the first that is none of success; otherwise whether all came true.</summary>
    internal static int ExitCode(ImmutableArray<WaitReport> reports, string goal)
    {
        if (reports.Any(report => !report.Satisfied))
        {
            return ExitCodes.Failed;
        }

        return goal == "exit" ? reports.Select(report => report.Exit ?? 0).FirstOrDefault(exit => exit != 0) : ExitCodes.Done;
    }

    internal static async Task<WaitReport> WaitAsync(DaemonClient client, WaitRequest request, TimeProvider time, CancellationToken ct)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            var left = request.Timeout - time.GetElapsedTime(since);
            var isLast = left <= Portion;
            var (answer, timedOut) = await client.WaitAsync(request.Workspace, request.Service, request.Goal, isLast ? left!.Value : Portion, ct);
            if (!timedOut || isLast)
            {
                return new WaitReport(request.Service, answer.Satisfied, timedOut, answer.Reason, answer.Exit);
            }
        }
    }

    private static void Tell(CommandOutput output, WaitReport report, string goal, TimeSpan? timeout)
    {
        if (report.Satisfied)
        {
            output.Line($"{report.Service}: {(goal == "exit" ? $"exited with {report.Exit}" : $"{goal} ({Status.StatusText.OneLine(report.Reason)})")}");
        }
        else
        {
            var what = report.TimedOut ? $"not {Goal(goal)} after {Elapsed.Show(timeout!.Value)}" : $"not {Goal(goal)} and will not be";
            output.Complain($"gantry: {report.Service} is {what}: {Status.StatusText.OneLine(report.Reason)}\n  next: gantry why {report.Service}");
        }
    }

    private static string Goal(string goal) => goal == "exit" ? "at its end" : goal;
}

/// <summary>What a service is waited for.</summary>
/// <param name="Workspace">Its id.</param>
/// <param name="Goal"><c>ready</c>, <c>healthy</c> or <c>exit</c>.</param>
/// <param name="Timeout">Null for as long as it takes.</param>
internal sealed record WaitRequest(string Workspace, string Service, string Goal, TimeSpan? Timeout);
