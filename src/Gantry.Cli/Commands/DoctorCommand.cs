using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using Gantry.Cli.Output;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Daemon.Workspaces;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry doctor</c>: what Gantry needs and misses on this machine, with a daemon and without.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Look for what is missing on this machine, and name the remedy");
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var report = await context.FindAsync(ct) is { } client
            ? await client.GetDoctorReportAsync(ct)
            : new DoctorReport(new DaemonInfo(null, context.Home.Path, BuildVersion.Current, null, null), [], await CheckAsync(context, ct));
        if (context.Output.Options.Json)
        {
            context.Output.Json(report, DaemonJson.Default.DoctorReport);
        }
        else
        {
            var text = new StringBuilder();
            Write(text, report, context.Output.Palette);
            context.Output.Text(text);
        }

        return report.Ok ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>What a daemon would tell if one were started.</summary>
    private static async Task<ImmutableArray<DoctorCheck>> CheckAsync(CommandContext context, CancellationToken ct)
    {
        var settings = await context.Launcher.LoadSettingsAsync(ct);
        var faults = settings.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(fault => new DoctorCheck(
            "settings", CheckStatus.Failed, fault.ToString(), "mend them; gantry config validate --daemon checks them"));
        return [.. faults, .. Doctor.CheckHost(context.Home, settings.Config.Processes.Value.Cgroups.Value == CgroupMode.Auto)];
    }

    internal static void Write(StringBuilder into, DoctorReport report, Palette palette)
    {
        var daemon = report.Daemon;
        into.Append(daemon.Pid is { } pid ? string.Create(CultureInfo.InvariantCulture, $"daemon {daemon.Version}, pid {pid}") : "no daemon runs; gantry up starts one")
            .Append(daemon.Guardian is { } guardian ? string.Create(CultureInfo.InvariantCulture, $", guardian {guardian}") : "").Append('\n')
            .Append("home   ").Append(daemon.Home).Append('\n');
        if (report.Doors.Length > 0)
        {
            into.Append("\ndoors\n");
            var doors = new TextTable("  ");
            foreach (var door in report.Doors)
            {
                doors.Add(door.Name, new Cell(door.Status.ToString().ToLowerInvariant(), door.Status == DoorStatus.Open ? Tone.Good : Tone.Quiet), door.Address ?? door.Note ?? "");
            }

            doors.Write(into, palette, width: null);
        }

        into.Append("\nchecks\n");
        foreach (var check in report.Checks)
        {
            var (mark, tone) = check.Status switch
            {
                CheckStatus.Ok => ("✔", Tone.Good),
                CheckStatus.Warning => ("!", Tone.Busy),
                _ => ("✘", Tone.Bad),
            };
            into.Append("  ").Append(palette.Paint(tone, mark)).Append(' ').Append(check.Name).Append(": ").Append(check.Message).Append('\n');
            if (check.Remedy is { } remedy && check.Status != CheckStatus.Ok)
            {
                into.Append("    ").Append(palette.Paint(Tone.Quiet, "next:")).Append(' ').Append(remedy).Append('\n');
            }
        }
    }
}
