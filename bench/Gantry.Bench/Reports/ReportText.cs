using System.Globalization;
using System.Text;
using Gantry.Bench.Measuring;

namespace Gantry.Bench.Reports;

/// <summary>A report for people, which is a table in Markdown, too.</summary>
internal static class ReportText
{
    public static string Of(Report report)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"`{report.Command}` on {report.Machine}{(report.Quick ? "; quick, so take it as a smoke test" : "")}");
        text.AppendLine().AppendLine("| what | whose | median | min – max | Gantry is | command | budget |").AppendLine("|---|---|--:|--:|--:|---|---|");
        var notes = report.Figures.Select(figure => figure.Note).Where(note => note.Length > 0).Distinct().ToList();
        foreach (var figure in report.Figures)
        {
            foreach (var reading in figure.Readings)
            {
                var first = ReferenceEquals(reading, figure.Readings[0]);
                var mark = first && figure.Note.Length > 0 ? Mark(notes.IndexOf(figure.Note)) : "";
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"| {(first ? figure.Name : "")}{mark} | {reading.Whose.Name} | {Number(reading.Median)} {figure.Unit} | {Range(reading)} | {Ratio(figure.RatioTo(reading))} | `{reading.Command}` | {(first ? figure.Budget : "")} |");
            }
        }

        for (var i = 0; i < notes.Count; i++)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{Mark(i)}: {notes[i]}");
        }

        foreach (var failure in report.Failures)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"not measured: {failure}");
        }

        return text.ToString();
    }

    /// <summary>A footnote of Markdown.</summary>
    private static string Mark(int note) => string.Create(CultureInfo.InvariantCulture, $"[^{note + 1}]");

    private static string Ratio(double? ratio) => ratio switch
    {
        null => "",
        double.PositiveInfinity => "better",
        > 0.995 and < 1.005 => "equal",
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.0#}× better"),
        > 0 => string.Create(CultureInfo.InvariantCulture, $"{1 / ratio:0.0#}× **behind**"),
        _ => "",
    };

    private static string Range(Reading reading) => reading.Samples.Length == 1 ? "one sample" : $"{Number(reading.Min)} – {Number(reading.Max)} ({reading.Samples.Length})";

    private static string Number(double number) => number.ToString(Math.Abs(number) switch { >= 100 => "#,0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
}
