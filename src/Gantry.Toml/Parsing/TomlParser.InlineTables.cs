namespace Gantry.Toml.Parsing;

/// <summary>Inline tables. TOML 1.0 has them on one line and without a trailing comma; 1.1 as freely as arrays.</summary>
internal sealed partial class TomlParser
{
    private TomlTable ParseInlineTable(int depth)
    {
        var start = _position++;
        var givenUp = _errors.GivenUp;
        var table = new TableBuilder(TableOrigin.Braces, default, depth);
        int lastComma = -1, lineBreak = -1;
        _openBraces++;
        while (SkipInsideTable(start, givenUp, ref lineBreak) && !TryCloseTable(start, lastComma, lineBreak))
        {
            if (Current == ',')
            {
                _errors.Add(new TomlSpan(_position, 1), "a key and its value are missing before this comma");
                _position++;
                continue;
            }

            var isDoubtful = !ParsePair(table);
            var end = _position;
            if (_unwinding || !SkipInsideTable(start, givenUp, ref lineBreak) || IsLeftOpen(start, end))
            {
                break;
            }

            lastComma = Current == ',' ? _position : -1;
            ReadComma(isDoubtful, "key", '}');
        }

        _openBraces--;
        table.Define(TableOrigin.Braces, SpanFrom(start));
        return table.Freeze();
    }

    /// <summary>Reads <c>key = value</c>; false where no key could be understood.</summary>
    private bool ParsePair(TableBuilder table)
    {
        if (TryParseKey() && ParseEquals() == Separator.Found)
        {
            ParseValueOf(table);
            return true;
        }

        if (!ValueIsMissing && !_unwinding)
        {
            _position += Math.Max(Until(Characters.ItemEnd, _position).Length, 1);
        }

        return false;
    }

    private bool SkipInsideTable(int start, int givenUp, ref int lineBreak)
    {
        var before = _position;
        if (SkipInsideBrackets(keysAreStatements: false))
        {
            if (lineBreak < 0 && _version == TomlVersion.Toml10)
            {
                var at = _text.AsSpan(before, _position - before).IndexOf('\n');
                lineBreak = at < 0 ? -1 : before + at;
            }

            return true;
        }

        ReportUnclosed(start, givenUp, "inline table", '}');
        return false;
    }

    private bool TryCloseTable(int start, int lastComma, int lineBreak)
    {
        if (Current == ']')
        {
            _errors.AddLastOfLine(
                new TomlSpan(_position, 1), $"the inline table that begins at line {_errors.LineOf(start)} is closed by \"}}\", not by \"]\"");
            _position += _openArrays > 0 ? 0 : 1;
            return true;
        }

        if (Current != '}')
        {
            return false;
        }

        if (_version == TomlVersion.Toml10 && lineBreak >= 0)
        {
            _errors.Add(new TomlSpan(start, 1), "this inline table goes over several lines, which TOML 1.0 does not allow: write a [header] instead");
        }

        if (_version == TomlVersion.Toml10 && lastComma >= 0)
        {
            _errors.Add(new TomlSpan(lastComma, 1), "TOML 1.0 does not allow a comma after the last key of an inline table: remove it");
        }

        _position++;
        return true;
    }

    /// <summary>
    /// Whether a table that was written on one line ends there without a brace: then what follows on the next line is
    /// not one more key without its comma, but the next statement.
    /// </summary>
    private bool IsLeftOpen(int start, int end)
    {
        if (Current is ',' or '}' or ']'
            || !_text.AsSpan(end, _position - end).Contains('\n')
            || _text.AsSpan(start, end - start).Contains('\n'))
        {
            return false;
        }

        _errors.AddLastOfLine(new TomlSpan(start, 1), UnclosedMessage("inline table", '}'));

        // In an array the next line may be its next item: that is for the array to find out.
        _unwinding = _openArrays == 0;
        _position = _unwinding ? _position : end;
        return true;
    }
}
