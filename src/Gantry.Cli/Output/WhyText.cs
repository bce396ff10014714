using System.Globalization;
using System.Text;
using Gantry.Cli.Status;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Cli.Output;

/// <summary>The causal chain of a service, down to its root.</summary>
internal static class WhyText
{
    public static void Write(StringBuilder into, WhyReport report, Palette palette)
    {
        into.Append(palette.Paint(report.Ready ? Tone.Good : Tone.Bad, report.Ready ? "✔" : "✘")).Append(' ').Append(StatusText.OneLine(report.Summary)).Append('\n');
        foreach (var (cause, depth) in report.Chain.Select((cause, depth) => (cause, depth)))
        {
            var indent = new string(' ', 2 * (depth + 1));
            if (report.Chain.Length > 1)
            {
                into.Append(indent).Append(palette.Paint(Tone.Strong, cause.Service)).Append(' ')
                    .Append(palette.Paint(Tone.Quiet, Words.Of(cause.State))).Append(": ").Append(StatusText.OneLine(cause.Message)).Append('\n');
            }

            foreach (var line in cause.Output)
            {
                into.Append(indent).Append("  ").Append(palette.Paint(Tone.Quiet, string.Create(CultureInfo.InvariantCulture, $"| {line.Time.ToLocalTime():HH:mm:ss.fff}")))
                    .Append(' ').Append(StatusText.OneLine(line.Text)).Append('\n');
            }

            if (cause.Remedy is { } remedy)
            {
                into.Append(indent).Append(palette.Paint(Tone.Quiet, "next:")).Append(' ').Append(remedy).Append('\n');
            }
        }
    }
}
