namespace Gantry.Toml.Parsing;

/// <summary>Headers. The specification's sections "Table" and "Array of Tables" hold the rules.</summary>
internal sealed partial class TomlParser
{
    // A header that stands a second time is one fault; the keys below it that are there already are not further ones.
    private bool _sectionIsRepeated;

    /// <summary>Reads <c>[name]</c> or <c>[[name]]</c> and makes it the section that the next keys belong to.</summary>
    private void ParseHeader()
    {
        var start = _position;
        var isArray = start + 1 < _text.Length && _text[start + 1] == '[';
        _position += isArray ? 2 : 1;
        _sectionIsRepeated = false;

        // Where the header is faulty its keys go nowhere; in the section before it they would look like duplicates.
        _section = new TableBuilder(TableOrigin.Header, default, depth: 0);
        SkipSpaces();
        if (AtLineEnd || Current is ']' or '#')
        {
            _errors.AddLastOfLine(SpanFrom(start), "a name is missing between the brackets");
            SkipToLineEnd();
            return;
        }

        if (!TryParseKey())
        {
            _position = _unwinding ? _position : LineEnd(_position);
            return;
        }

        var closing = isArray ? "]]" : "]";
        if (_text.AsSpan(_position).StartsWith(closing))
        {
            _position += closing.Length;
        }
        else if (AtLineEnd || Current is '#' or ']')
        {
            _errors.AddLastOfLine(SpanFrom(start), $"this header is not closed: it ends with \"{closing}\"");
            _position += Current == ']' ? 1 : 0;
        }
        else
        {
            _errors.AddLastOfLine(
                new TomlSpan(_position, 1),
                Characters.Bare.Contains(Current)
                    ? SpacedKeyMessage(_position + Until(Characters.HeaderEnd, _position).Length)
                    : $"expected \"{closing}\" after the name {Excerpt.Name(_key)}, found {Excerpt.Quote(FoundAt(_position))}");
            SkipToLineEnd();
            return;
        }

        if (FindParentOfHeader() is { } parent)
        {
            OpenSection(parent, _key[^1], isArray, SpanFrom(start));
        }
    }

    /// <summary>The table in which the last part of a header's key belongs; null, after reporting why, where there cannot be one.</summary>
    private TableBuilder? FindParentOfHeader()
    {
        var table = _root;
        for (var position = 0; position < _key.Count - 1; position++)
        {
            var part = _key[position];
            if (!table.TryFind(part.Name, out var slot))
            {
                table = AddTable(table, part, TableOrigin.Implied, part.Span);
            }
            else
            {
                table = slot.Value switch
                {
                    TableBuilder inner => inner,
                    TableArrayBuilder array => array.Last,
                    _ => ReportNotATable(position, slot),
                };
            }

            if (table is null)
            {
                return null;
            }
        }

        return table;
    }

    private void OpenSection(TableBuilder parent, KeyPart key, bool isArray, TomlSpan header)
    {
        _ = parent.TryFind(key.Name, out var slot);
        switch (slot.Value)
        {
            case null when isArray:
                AddTableTo(new TableArrayBuilder(header), parent, key, header, isNew: true);
                break;
            case null:
                _section = AddTable(parent, key, TableOrigin.Header, header) ?? _section;
                break;
            case TableArrayBuilder array when isArray:
                AddTableTo(array, parent, key, header, isNew: false);
                break;
            case TableBuilder { Origin: TableOrigin.Implied } table when !isArray:
                table.Define(TableOrigin.Header, header);
                _section = table;
                break;
            case TableBuilder table when !isArray:
                _errors.Add(header, TableMessage(slot, table));
                _section = table;
                _sectionIsRepeated = true;
                break;
            default:
                _errors.Add(header, HeaderMessage(slot, isArray));
                break;
        }
    }

    private void AddTableTo(TableArrayBuilder array, TableBuilder parent, KeyPart key, TomlSpan header, bool isNew)
    {
        var depth = parent.Depth + 2;
        if (depth > TomlDocument.MaxDepth)
        {
            ReportTooDeep(header);
            return;
        }

        if (isNew)
        {
            parent.Add(key, array);
        }

        _section = new TableBuilder(TableOrigin.Header, header, depth);
        array.Add(_section);
    }
}
