using System.Globalization;
using Gantry.Workloads.Logs;

namespace Gantry.Cli.Output;

/// <summary>How lines of output are shown.</summary>
internal sealed record LogStyle(bool Prefix, bool Timestamps);

/// <summary>Lines of several services, each with who wrote it in front; the widest name so far sets the column.</summary>
internal sealed class LogText(LogStyle style, Palette palette, IEnumerable<string> services)
{
    private const string Reset = "\e[0m";

    private int _width = services.Select(service => service.Length).DefaultIfEmpty().Max();

    public string Of(LogLine line)
    {
        var time = style.Timestamps ? line.Time.ToLocalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz ", CultureInfo.InvariantCulture) : "";
        var prefix = style.Prefix ? Prefix(line) : "";
        var text = line.Stream == LogStream.Gantry ? palette.Paint(Tone.Quiet, line.Text) : line.Text;

        // A program that colours its lines may not end the colour on the same one.
        var end = palette.HasColours && text.Contains('\e') ? Reset : "";
        return $"{palette.Paint(Tone.Quiet, time)}{prefix}{text}{end}";
    }

    private string Prefix(LogLine line)
    {
        var name = line.Replica == 0 ? line.Workload : string.Create(CultureInfo.InvariantCulture, $"{line.Workload}/{line.Replica}");
        _width = Math.Max(_width, name.Length);
        var bar = line.Stream switch
        {
            LogStream.Stderr => palette.Paint(Tone.Bad, "|"),
            LogStream.Gantry => palette.Paint(Tone.Quiet, "·"),
            _ => palette.Paint(Tone.Quiet, "|"),
        };
        return $"{name.PadRight(_width)} {bar} ";
    }
}
