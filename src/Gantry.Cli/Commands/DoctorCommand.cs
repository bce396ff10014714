using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using Gantry.Cli.Output;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

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
        var report = await LookAsync(context, ct);
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

    private static async Task<DoctorReport> LookAsync(CommandContext context, CancellationToken ct)
    {
        try
        {
            if (await context.FindAsync(ct) is not { } client)
            {
                return new DoctorReport(NoDaemon(context.Home.Path), [], await CheckAsync(context, ct));
            }

            // What the daemon has read may have been changed since: the next one would stumble over it.
            var report = await client.GetDoctorReportAsync(ct);
            return report with { Checks = [.. Faults(await context.Launcher.LoadSettingsAsync(ct)), .. report.Checks] };
        }
        catch (HomeException e)
        {
            return new DoctorReport(NoDaemon(HomeFolder.Locate(context.Variable)), [], Doctor.CheckWithout(e));
        }
    }

    private static DaemonInfo NoDaemon(string home) => new(null, home, BuildVersion.Current, null, null);

    /// <summary>What a daemon would tell if one were started.</summary>
    private static async Task<ImmutableArray<DoctorCheck>> CheckAsync(CommandContext context, CancellationToken ct)
    {
        var settings = await context.Launcher.LoadSettingsAsync(ct);
        return
        [
            .. Faults(settings),
            .. Doctor.CheckHost(context.Home, settings.Config.Processes.Value.Cgroups.Value == CgroupMode.Auto),
            .. DoorHolders.Of(settings.Config, ourselves: null).Select(held => held.Check),
        ];
    }

    private static IEnumerable<DoctorCheck> Faults(DaemonConfigResult settings) =>
        settings.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(fault => new DoctorCheck(
            "settings", CheckStatus.Failed, fault.ToString(), "mend them before the next start; gantry config validate --daemon checks them"));

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
