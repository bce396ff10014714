namespace Gantry.Toml.Parsing;

/// <summary>
/// Collects faults without cascades. Most faults are contained: a bad number says nothing of the rest of its line. After
/// others (a missing quote, say) nobody can tell what the rest of the line means, so nothing more is said about that line.
/// </summary>
internal sealed class ErrorList(LineMap lines)
{
    private readonly List<TomlError> _errors = [];
    private readonly HashSet<int> _closedLines = [];

    public bool IsFull => _errors.Count >= TomlDocument.MaxErrors;

    /// <summary>How often the rest of a line was given up; whoever sees it grow knows that the text in between is doubtful.</summary>
    public int GivenUp { get; private set; }

    /// <summary>Adds a fault that leaves the meaning of what follows it clear.</summary>
    public void Add(TomlSpan span, string message)
    {
        if (!IsFull && (_closedLines.Count == 0 || !_closedLines.Contains(lines.LineOf(span.Start))))
        {
            _errors.Add(new TomlError(span, message));
        }
    }

    /// <summary>Adds a fault after which the rest of its line cannot be trusted.</summary>
    public void AddLastOfLine(TomlSpan span, string message)
    {
        Add(span, message);
        _closedLines.Add(lines.LineOf(span.Start));
        GivenUp++;
    }

    public int LineOf(int offset) => lines.LineOf(offset);

    /// <summary>All faults in the order of the text. A bracket that is never closed is found late and stands early.</summary>
    public IReadOnlyList<TomlError> InOrder() => [.. _errors.OrderBy(error => error.Span.Start)];
}
