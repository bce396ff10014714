using System.Text.Json.Serialization;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>A fault or a doubt about what somebody wrote, with its place and the next step.</summary>
/// <param name="Severity">Errors stop everything; warnings are told and nothing else.</param>
/// <param name="Message">What is wrong, naming the key and the value.</param>
/// <param name="File">The file as the user would name it: relative to the workspace where it lies inside.</param>
/// <param name="Line">From 1; 0 where the fault has no place in the file.</param>
/// <param name="Column">From 1; 0 where the fault has no place in the file.</param>
/// <param name="Help">What to do: "did you mean …", the values that are allowed, the command to run.</param>
public sealed record Diagnostic(DiagnosticSeverity Severity, string Message, string File, int Line, int Column, string? Help = null)
{
    /// <summary>A doubt about a workspace as a whole, rather than about a place in its file.</summary>
    internal static Diagnostic Doubt(string message, string help) => new(DiagnosticSeverity.Warning, message, WorkspaceFolder.FileName, 0, 0, help);

    /// <summary>The form that editors and CI systems recognise: <c>file:line:column: severity: message</c>.</summary>
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}:{Column}" : File;
        var help = Help is null ? "" : $" ({Help})";
        return $"{place}: {(Severity == DiagnosticSeverity.Error ? "error" : "warning")}: {Message}{help}";
    }
}

[JsonConverter(typeof(CamelCaseEnum<DiagnosticSeverity>))]
public enum DiagnosticSeverity
{
    Error,

    Warning,
}
