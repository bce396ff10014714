using System.CommandLine;
using System.Globalization;
using Gantry.Cli.Connection;
using Gantry.Cli.Failures;
using Gantry.Cli.Output;
using Gantry.Daemon.Hosting;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry daemon start|stop|restart|status|logs</c>. What the daemon runs is not touched by any of these, but for what ends with it.</summary>
internal static class DaemonCommand
{
    private const int LogLines = 100;

    private static readonly Option<int?> Tail = Arguments.Number("--tail", ["-n"], $"So many lines (default {LogLines})", least: 0);

    private static readonly Option<bool> Follow = Arguments.Flag("--follow", "-f", "Go on with what comes");

    public static Command Create()
    {
        var start = new Command("start", "Start the daemon in the background, where none runs");
        start.Do(StartAsync);
        var stop = new Command("stop", "Have the daemon leave; services whose lifetime is the workspace run on");
        stop.Do(StopAsync);
        var restart = new Command("restart", "Replace the daemon by a new one that takes over");
        restart.Do(RestartAsync);
        var status = new Command("status", "Tell whether a daemon runs");
        status.Do(ShowAsync);
        var logs = new Command("logs", "Print the daemon's own log") { Tail, Follow };
        logs.Do(PrintLogAsync);
        return new Command("daemon", "Start, stop and look at the daemon") { start, stop, restart, status, logs };
    }

    private static async Task<int> StartAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var before = await context.LookAsync(ct);
        context.MakeHome();
        var after = await context.Launcher.EnsureAsync(ct);
        await TellClosedDoorsAsync(context, ct);
        return Tell(context, after, before?.Pid == after.Pid ? "the daemon runs already" : "the daemon runs");
    }

    private static async Task<int> StopAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var running = await context.AwaitAsync(ct);
        if (running is not null)
        {
            await context.Launcher.StopAsync(ct);
        }

        return Tell(context, null, running is null ? "no daemon runs, nothing to do" : $"the daemon (pid {running.Pid}) has left");
    }

    private static async Task<int> RestartAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        context.MakeHome();
        var running = await context.Launcher.RestartAsync(ct);
        await TellClosedDoorsAsync(context, ct);
        return Tell(context, running, "the daemon runs");
    }

    /// <summary>A default door that somebody else holds keeps no daemon from starting, and yet is to be known.</summary>
    private static async Task TellClosedDoorsAsync(CommandContext context, CancellationToken ct)
    {
        foreach (var check in Doctor.Check((await context.Client.GetDoctorReportAsync(ct)).Doors))
        {
            context.Output.Note($"gantry: {check.Message}\n  next: {check.Remedy}");
        }
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var running = await context.AwaitAsync(ct);
        return Tell(context, running, running is null ? "no daemon runs; gantry up starts one" : "the daemon runs");
    }

    private static int Tell(CommandContext context, VersionInfo? running, string text)
    {
        if (context.Output.Options.Json)
        {
            context.Output.Json(
                new DaemonReport(running is not null, context.Home.Path, running?.Pid, running?.Version, running?.StartedAt),
                CliJson.Default.DaemonReport);
        }

        var time = running is null ? "" : $", for {Elapsed.Show(context.Time.GetUtcNow() - running.StartedAt)}";
        context.Output.Line(running is null ? text : string.Create(CultureInfo.InvariantCulture, $"{text}: {running.Version}, pid {running.Pid}{time}, home {running.Home}"));
        return ExitCodes.Done;
    }

    private static async Task<int> PrintLogAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var path = context.Home.DaemonLog;
        if (!File.Exists(path))
        {
            throw CliException.Failed("no-logs", $"there is no {path}: no daemon was started in the background yet", "a daemon in the foreground (gantry serve) writes to its own terminal");
        }

        var follows = parsed.GetValue(Follow);
        var (lines, end) = LogFile.LastLines(path, parsed.GetValue(Tail) ?? LogLines, onlyWhole: follows);
        foreach (var line in lines)
        {
            Print(context.Output, line);
        }

        if (follows)
        {
            context.Output.Flush();
            var rest = "";
            await foreach (var text in LogFile.FollowAsync(path, end, context.Time, ct))
            {
                var written = (rest + text).Split('\n');
                rest = written[^1];
                foreach (var line in written.SkipLast(1))
                {
                    Print(context.Output, line);
                }

                context.Output.Flush();
            }
        }

        return ExitCodes.Done;
    }

    /// <summary>A line as the daemon wrote it, whatever its format is.</summary>
    private static void Print(CommandOutput output, string line)
    {
        if (output.Options.Json)
        {
            output.Json(new DaemonLogLine(line), CliJson.Default.DaemonLogLine);
        }

        output.Line(line);
    }
}
