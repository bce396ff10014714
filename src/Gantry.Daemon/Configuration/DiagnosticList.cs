using System.Collections.Immutable;
using Gantry.Daemon.Workspaces;

namespace Gantry.Daemon.Configuration;

/// <summary>Gathers every fault of a configuration, so that all are reported at once.</summary>
internal sealed class DiagnosticList
{
    private readonly List<Diagnostic> _found = [];
    private readonly HashSet<Diagnostic> _known = [];

    public bool HasErrors { get; private set; }

    public void Error(SourcePlace place, string message, string? help = null) => Add(DiagnosticSeverity.Error, place, message, help);

    public void Warning(SourcePlace place, string message, string? help = null) => Add(DiagnosticSeverity.Warning, place, message, help);

    /// <summary>Everything that was found, each file's faults together and from top to bottom.</summary>
    public ImmutableArray<Diagnostic> InOrder()
    {
        var files = _found.Select(d => d.File).Distinct().Select((file, index) => (file, index)).ToDictionary(f => f.file, f => f.index);
        return [.. _found.OrderBy(d => files[d.File]).ThenBy(d => d.Line).ThenBy(d => d.Column)];
    }

    private void Add(DiagnosticSeverity severity, SourcePlace place, string message, string? help)
    {
        var diagnostic = new Diagnostic(severity, message, place.File, place.Line, place.Column, help);
        if (_known.Add(diagnostic))
        {
            _found.Add(diagnostic);
            HasErrors |= severity == DiagnosticSeverity.Error;
        }
    }
}
