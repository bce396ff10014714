namespace Gantry.Toml;

/// <summary>A stretch of the source text, in UTF-16 code units from its beginning.</summary>
public readonly record struct TomlSpan(int Start, int Length)
{
    public int End => Start + Length;
}

/// <summary>A place for people: line and column from 1; the column counts Unicode scalar values.</summary>
public readonly record struct TomlPosition(int Line, int Column);

/// <summary>A value of a TOML document with the place where it is written.</summary>
public abstract record TomlValue(TomlSpan Span)
{
    /// <summary>The type's name as the TOML specification calls it, for messages: "string", "integer", "array", …</summary>
    public abstract string TypeName { get; }
}

public sealed record TomlString(string Value, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "string";
}

public sealed record TomlInteger(long Value, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "integer";
}

public sealed record TomlFloat(double Value, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "float";
}

public sealed record TomlBoolean(bool Value, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "boolean";
}

public sealed record TomlOffsetDateTime(DateTimeOffset Value, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "offset date-time";
}

public sealed record TomlLocalDateTime(DateTime Value, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "local date-time";
}

public sealed record TomlLocalDate(DateOnly Value, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "local date";
}

public sealed record TomlLocalTime(TimeOnly Value, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "local time";
}

public sealed record TomlArray(IReadOnlyList<TomlValue> Items, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "array";
}

/// <summary>A table, its entries in the order of the file.</summary>
public sealed record TomlTable(IReadOnlyList<TomlEntry> Entries, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "table";

    /// <summary>The entry of that name, or null.</summary>
    public TomlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);
}

/// <summary>A key, where it is first written, and its value.</summary>
public sealed record TomlEntry(string Key, TomlSpan KeySpan, TomlValue Value);
