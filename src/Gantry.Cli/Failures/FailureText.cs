using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Gantry.Cli.Output;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Workspaces;

namespace Gantry.Cli.Failures;

/// <summary>Problems as people read them: every fault with its place, what it comes to, and the next step.</summary>
internal static class FailureText
{
    public static string Of(Problem problem, Palette palette)
    {
        var text = new StringBuilder();
        var errors = 0;
        if (!problem.Diagnostics.IsDefaultOrEmpty)
        {
            Write(text, problem.Diagnostics, palette);
            errors = problem.Diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        }

        var message = errors > 0 ? $"the configuration has {Count(errors, "error")}; nothing was changed" : problem.Detail ?? problem.Title;
        text.Append(palette.Paint(Tone.Bad, "gantry:")).Append(' ').Append(message).Append('\n');
        if (problem.Remedy is { } remedy)
        {
            text.Append(palette.Paint(Tone.Quiet, "  next:")).Append(' ').Append(remedy).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>Tells what is doubtful in a file that is used none the less.</summary>
    public static void Warn(CommandOutput output, ImmutableArray<Diagnostic> diagnostics)
    {
        if (diagnostics.Length > 0)
        {
            var text = new StringBuilder();
            Write(text, diagnostics, output.ErrorPalette);
            output.Complain(text.ToString().TrimEnd('\n'));
        }
    }

    /// <summary>Each on a line that editors and CI systems recognise, what to do about it below.</summary>
    public static void Write(StringBuilder into, IEnumerable<Diagnostic> diagnostics, Palette palette)
    {
        foreach (var diagnostic in diagnostics)
        {
            var isError = diagnostic.Severity == DiagnosticSeverity.Error;
            var place = diagnostic.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{diagnostic.File}:{diagnostic.Line}:{diagnostic.Column}") : diagnostic.File;
            into.Append(palette.Paint(Tone.Strong, place)).Append(": ")
                .Append(palette.Paint(isError ? Tone.Bad : Tone.Busy, isError ? "error" : "warning")).Append(": ").Append(diagnostic.Message).Append('\n');
            if (diagnostic.Help is { } help)
            {
                foreach (var line in help.TrimEnd('\n').Split('\n'))
                {
                    into.Append(line.Length == 0 ? "" : "  ").Append(palette.Paint(Tone.Quiet, line)).Append('\n');
                }
            }
        }
    }

    public static string Count(int number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");
}
