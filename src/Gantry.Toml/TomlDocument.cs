using Gantry.Toml.Parsing;

namespace Gantry.Toml;

/// <summary>The version of the specification that a document is held to.</summary>
public enum TomlVersion
{
    /// <summary>TOML 1.0.0, https://toml.io/en/v1.0.0.</summary>
    Toml10,

    /// <summary>
    /// TOML 1.1.0, https://toml.io/en/v1.1.0: adds line breaks and a trailing comma in inline tables, the escapes
    /// <c>\e</c> and <c>\xHH</c>, and times without seconds.
    /// </summary>
    Toml11,
}

/// <summary>A fault of the text and where it is.</summary>
/// <param name="Span">The exact place; empty only at the end of the text.</param>
/// <param name="Message">One line for people: what is wrong and what would be right.</param>
public sealed record TomlError(TomlSpan Span, string Message);

/// <summary>
/// A parsed TOML text. Parsing never throws on bad input: faults are listed in <see cref="Errors"/>, all of them,
/// and <see cref="Root"/> holds whatever could be understood. Time and memory grow with the length of the text alone,
/// whatever it holds. Immutable, so many threads may read it.
/// </summary>
public sealed class TomlDocument
{
    /// <summary>
    /// How many values, arrays and tables may lie inside each other, dotted keys counted by their parts. Deeper text is
    /// an error, so code that walks a document may recurse.
    /// </summary>
    public const int MaxDepth = 128;

    /// <summary>No more errors than this are listed; where so many are found, the rest of the text is not read.</summary>
    public const int MaxErrors = 100;

    private readonly LineMap _lines;

    private TomlDocument(TomlTable root, IReadOnlyList<TomlError> errors, LineMap lines)
    {
        Root = root;
        Errors = errors;
        _lines = lines;
    }

    public TomlTable Root { get; }

    /// <summary>In the order of the text; empty means that the document is valid.</summary>
    public IReadOnlyList<TomlError> Errors { get; }

    /// <summary>What all spans point into: the text as given, or as decoded from UTF-8 (with U+FFFD for what is not UTF-8).</summary>
    public string Text => _lines.Text;

    /// <summary>
    /// The line and column of an offset into the text. Lines end at LF (a CR before it is their last character), a tab
    /// is one column, a surrogate pair is one column, and a byte order mark is none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative or beyond the end of the text.</exception>
    public TomlPosition PositionOf(int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Text.Length);
        return _lines.PositionOf(offset);
    }

    /// <summary>Parses a text; half a surrogate pair is an error with its place.</summary>
    public static TomlDocument Parse(string text, TomlVersion version = TomlVersion.Toml11)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = new LineMap(text);
        var errors = new ErrorList(lines);
        Surrogates.Check(text, errors);
        return Parse(lines, errors, version);
    }

    /// <summary>Parses UTF-8; bytes that are not UTF-8 are an error with their place.</summary>
    public static TomlDocument Parse(ReadOnlySpan<byte> utf8, TomlVersion version = TomlVersion.Toml11)
    {
        var decoded = Utf8Decoder.Decode(utf8);
        var lines = new LineMap(decoded.Text);
        var errors = new ErrorList(lines);
        foreach (var fault in decoded.Faults)
        {
            errors.AddLastOfLine(fault.Span, fault.Message);
        }

        return Parse(lines, errors, version);
    }

    private static TomlDocument Parse(LineMap lines, ErrorList errors, TomlVersion version)
    {
        var root = new TomlParser(lines, errors, version).Parse();
        return new TomlDocument(root, errors.InOrder(), lines);
    }
}
