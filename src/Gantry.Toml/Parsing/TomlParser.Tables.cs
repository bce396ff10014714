namespace Gantry.Toml.Parsing;

/// <summary>Putting values into tables, along dotted keys. The specification's section "Keys" holds the rules.</summary>
internal sealed partial class TomlParser
{
    private TableBuilder? AddTable(TableBuilder parent, KeyPart key, TableOrigin origin, TomlSpan span)
    {
        if (parent.Depth >= TomlDocument.MaxDepth)
        {
            ReportTooDeep(key.Span);
            return null;
        }

        var table = new TableBuilder(origin, span, parent.Depth + 1);
        parent.Add(key, table);
        return table;
    }

    /// <summary>Reads the value of <see cref="_key"/> and puts it into the table or, along a dotted key, below it.</summary>
    private void ParseValueOf(TableBuilder table)
    {
        var key = _key[^1];
        var quiet = _sectionIsRepeated && ReferenceEquals(table, _section);
        var parent = FindParentOfKey(table, quiet);
        var value = ParseValue((parent ?? table).Depth + 1);
        if (value is null || parent is null)
        {
            return;
        }

        if (!parent.TryFind(key.Name, out var slot))
        {
            parent.Add(key, value);
        }
        else if (!quiet)
        {
            _errors.Add(key.Span, $"key {Excerpt.AsString(key.Name)} is already defined at line {_errors.LineOf(slot.KeySpan.Start)}");
        }
    }

    private TableBuilder? FindParentOfKey(TableBuilder table, bool quiet)
    {
        for (var position = 0; position < _key.Count - 1; position++)
        {
            var part = _key[position];
            if (!table.TryFind(part.Name, out var slot))
            {
                if (AddTable(table, part, TableOrigin.DottedKey, part.Span) is not { } added)
                {
                    return null;
                }

                table = added;
            }
            else if (slot.Value is TableBuilder { Origin: TableOrigin.Implied or TableOrigin.DottedKey } inner)
            {
                inner.Define(TableOrigin.DottedKey, inner.Span);
                table = inner;
            }
            else
            {
                return quiet ? null : ReportNotATable(position, slot);
            }
        }

        return table;
    }
}
