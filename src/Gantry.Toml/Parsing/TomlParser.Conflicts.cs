namespace Gantry.Toml.Parsing;

/// <summary>What is said where a key or a header meets something that is there already.</summary>
internal sealed partial class TomlParser
{
    /// <summary>Reports that <see cref="_key"/> leads through a part that can take no more keys.</summary>
    private TableBuilder? ReportNotATable(int position, TableBuilder.Slot slot)
    {
        _errors.Add(_key[position].Span, NotATableMessage(Excerpt.Name([.. _key.Take(position + 1)]), slot));
        return null;
    }

    private string NotATableMessage(string name, TableBuilder.Slot slot) => slot.Value switch
    {
        TableBuilder table => $"table {name} is already defined at line {LineOf(table.Span)}, under its own header: write the key there",
        TableArrayBuilder => $"{name} is an array of tables since line {LineOf(slot.KeySpan)}: write the key under a [[header]] of its own",
        TomlTable => $"the inline table {name} is complete at line {LineOf(slot.KeySpan)}: write the key between its braces",
        var value => $"{name} is {Excerpt.WithArticle(((TomlValue)value).TypeName)} at line {LineOf(slot.KeySpan)} and cannot hold further keys",
    };

    /// <summary>A header for a table that has been defined.</summary>
    private string TableMessage(TableBuilder.Slot slot, TableBuilder table) => table.Origin == TableOrigin.DottedKey
        ? $"table {Excerpt.Name(_key)} is already defined at line {LineOf(slot.KeySpan)} by a dotted key: go on with dotted keys there"
        : $"table {Excerpt.Name(_key)} is already defined at line {LineOf(table.Span)}: write its keys there";

    /// <summary>A header for something that is no table, or a header of the wrong kind.</summary>
    private string HeaderMessage(TableBuilder.Slot slot, bool isArray)
    {
        var name = Excerpt.Name(_key);
        var line = LineOf(slot.KeySpan);
        return slot.Value switch
        {
            TableBuilder => $"{name} is a table since line {line}: [[double brackets]] would make it an array of tables",
            TableArrayBuilder => $"{name} is an array of tables since line {line}: write [[double brackets]] to add a table to it",
            TomlArray when isArray => $"the array {name} is complete at line {line}: write further tables between its brackets",
            TomlTable => $"the inline table {name} is complete at line {line}: write further keys between its braces",
            _ => $"key {name} is already defined at line {line}",
        };
    }

    private int LineOf(TomlSpan span) => _errors.LineOf(span.Start);
}
