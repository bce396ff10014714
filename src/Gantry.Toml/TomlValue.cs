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

/// <summary>An integer of 64 bits; the specification promises no more.</summary>
public sealed record TomlInteger(long Value, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "integer";
}

/// <summary>An IEEE 754 binary64 number: infinities, NaN and negative zero included.</summary>
public sealed record TomlFloat(double Value, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "float";
}

public sealed record TomlBoolean(bool Value, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "boolean";
}

/// <summary>
/// An instant with its offset from UTC. .NET holds offsets up to 14 hours: an instant that is written with a larger one
/// is kept, in UTC. Fractions of a second are cut after seven digits, here and in the other types, and a leap second
/// (<c>:60</c>) is the last moment of its minute.
/// </summary>
public sealed record TomlOffsetDateTime(DateTimeOffset Value, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "offset date-time";
}

/// <summary>A date and time without an offset (<see cref="DateTimeKind.Unspecified"/>).</summary>
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

/// <summary>
/// An array, written as one or by <c>[[headers]]</c>. Its place is that of its brackets; of an array of tables, the
/// first header's.
/// </summary>
public sealed record TomlArray(IReadOnlyList<TomlValue> Items, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "array";
}

/// <summary>
/// A table, its entries in the order of the file. Its place is its header; of an inline table, its braces; of a table
/// that only dotted keys or longer headers imply, the part of the key that implied it first; of the root, the text.
/// </summary>
public sealed record TomlTable(IReadOnlyList<TomlEntry> Entries, TomlSpan Span) : TomlValue(Span)
{
    public override string TypeName => "table";

    /// <summary>The entry of that name, or null. Constant time in parsed documents.</summary>
    public TomlEntry? Find(string key) => Entries is TomlEntryList parsed
        ? parsed.Find(key)
        : Entries.FirstOrDefault(entry => entry.Key == key);
}

/// <summary>A key, where it is first written, and its value.</summary>
public sealed record TomlEntry(string Key, TomlSpan KeySpan, TomlValue Value);
