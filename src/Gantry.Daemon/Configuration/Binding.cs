using System.Collections.Immutable;
using System.Globalization;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration;

/// <summary>One text on its way into config records: gives places to values and gathers faults.</summary>
internal sealed class Binding
{
    private readonly TomlDocument? _document;
    private readonly string _file;
    private readonly Origin? _origin;

    /// <summary>Binds a TOML file, whose own faults are taken over.</summary>
    public Binding(TomlDocument document, string file, DiagnosticList diagnostics)
    {
        _document = document;
        _file = file;
        var lines = document.Errors.Count == 0 ? [] : document.Text.Split('\n');
        var unreadable = new SortedSet<int>();
        Diagnostics = diagnostics;
        foreach (var error in document.Errors)
        {
            var place = Place(error.Span);
            diagnostics.Error(place, error.Message);
            unreadable.Add(place.Line - 1);
        }

        UnreadableLines = [.. unreadable.Where(line => line < lines.Length).Select(line => lines[line])];
    }

    /// <summary>Binds a single value that is not in a file: a variable, an option.</summary>
    public Binding(Origin origin, DiagnosticList diagnostics)
    {
        _file = origin.Place.File;
        _origin = origin;
        Diagnostics = diagnostics;
    }

    public DiagnosticList Diagnostics { get; }

    /// <summary>The lines that are not valid TOML.</summary>
    public ImmutableArray<string> UnreadableLines { get; } = [];

    /// <summary>
    /// Whether one of these words stands on a line that is not valid TOML: then its absence from the document proves
    /// nothing, and must not be reported on top of the fault of syntax.
    /// </summary>
    public bool MayBeLost(IEnumerable<string> words) =>
        words.Any(word => UnreadableLines.Any(line => line.Contains(word, StringComparison.Ordinal)));

    public SourcePlace Place(TomlSpan span)
    {
        if (_document is null)
        {
            return _origin!.Place;
        }

        var position = _document.PositionOf(span.Start);
        return new SourcePlace(_file, position.Line, position.Column);
    }

    /// <summary>
    /// The place of the <paramref name="index"/>th <c>${</c> (from 0) inside a string. TOML's escapes can hide one, so
    /// where it is not found in the source the string itself is the place.
    /// </summary>
    public SourcePlace PlaceOfReference(TomlString text, int index)
    {
        if (_document is null)
        {
            return _origin!.Place;
        }

        var at = text.Span.Start - 1;
        for (var i = 0; i <= index; i++)
        {
            at = _document.Text.IndexOf("${", at + 1, Math.Max(0, text.Span.End - at - 1), StringComparison.Ordinal);
            if (at < 0)
            {
                return Place(text.Span);
            }
        }

        return Place(new TomlSpan(at, 2));
    }

    public Origin OriginOf(TomlValue value) => _origin ?? Origin.InFile(Place(value.Span));

    public Setting<T> Setting<T>(TomlValue value, T bound) => new(bound, OriginOf(value));

    /// <summary>The number as it is written, digits' separators left out: <c>1.50</c> stays <c>1.50</c> as a variable.</summary>
    public string Written(TomlFloat number) => _document is null
        ? number.Value.ToString("R", CultureInfo.InvariantCulture)
        : _document.Text.Substring(number.Span.Start, number.Span.Length).Replace("_", "", StringComparison.Ordinal);

    /// <summary>Reports a value of the wrong type or form.</summary>
    /// <param name="found">What stands there instead; <see cref="Found.Describe"/> unless the value must not be repeated.</param>
    public void Mismatch(TomlValue value, string path, string expected, string? help = null, string? found = null) =>
        Diagnostics.Error(Place(value.Span), $"{path}: expected {expected}, found {found ?? Found.Describe(value)}", help);
}
