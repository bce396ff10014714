using System.Collections.Immutable;
using Gantry.Daemon.Workspaces;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration;

/// <summary>Gathers every fault of a configuration, so that all are reported at once; of very many the first, and how many more.</summary>
internal sealed class DiagnosticList
{
    /// <summary>Of each severity: as many as TOML's own faults.</summary>
    private const int MaxListed = TomlDocument.MaxErrors;

    private readonly List<Diagnostic> _found = [];
    private readonly HashSet<Diagnostic> _known = [];

    public bool HasErrors { get; private set; }

    public void Error(SourcePlace place, string message, string? help = null) => Add(DiagnosticSeverity.Error, place, message, help);

    public void Warning(SourcePlace place, string message, string? help = null) => Add(DiagnosticSeverity.Warning, place, message, help);

    /// <summary>Everything that was found, each file's faults together and from top to bottom.</summary>
    public ImmutableArray<Diagnostic> InOrder()
    {
        var files = _found.Select(d => d.File).Distinct().Select((file, index) => (file, index)).ToDictionary(f => f.file, f => f.index);
        var ordered = _found.OrderBy(d => files[d.File]).ThenBy(d => d.Line).ThenBy(d => d.Column).ToList();
        var errors = Listed(ordered, DiagnosticSeverity.Error, "errors");
        var warnings = Listed(ordered, DiagnosticSeverity.Warning, "warnings");
        return [.. errors.Concat(warnings).OrderBy(d => files[d.File]).ThenBy(d => d.Line).ThenBy(d => d.Column)];
    }

    private static List<Diagnostic> Listed(List<Diagnostic> ordered, DiagnosticSeverity severity, string noun)
    {
        var all = ordered.Where(d => d.Severity == severity).ToList();
        return all.Count <= MaxListed
            ? all
            : [.. all.Take(MaxListed), all[MaxListed] with { Message = $"{all.Count - MaxListed} more {noun} from here on", Help = "mend those above first" }];
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
