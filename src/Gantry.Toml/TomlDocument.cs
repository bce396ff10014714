namespace Gantry.Toml;

/// <summary>The version of the specification that a document is held to.</summary>
public enum TomlVersion
{
    Toml10,
    Toml11,
}

/// <summary>A fault of the text and where it is.</summary>
public sealed record TomlError(TomlSpan Span, string Message);

/// <summary>
/// A parsed TOML text. Parsing never throws on bad input: faults are listed in <see cref="Errors"/>, all of them,
/// and <see cref="Root"/> holds whatever could be understood.
/// </summary>
public sealed class TomlDocument
{
    public TomlTable Root => throw new NotImplementedException();

    /// <summary>In the order of the text; empty means that the document is valid.</summary>
    public IReadOnlyList<TomlError> Errors => throw new NotImplementedException();

    /// <summary>The line and column of an offset into the text.</summary>
    public TomlPosition PositionOf(int offset) => throw new NotImplementedException();

    public static TomlDocument Parse(string text, TomlVersion version = TomlVersion.Toml11) => throw new NotImplementedException();

    /// <summary>Parses UTF-8; bytes that are not UTF-8 are an error with their place.</summary>
    public static TomlDocument Parse(ReadOnlySpan<byte> utf8, TomlVersion version = TomlVersion.Toml11) => throw new NotImplementedException();
}
