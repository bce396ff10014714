namespace Gantry.Toml.Parsing;

/// <summary>Strings in three quotes.</summary>
internal sealed partial class TomlParser
{
    private string? ParseMultiLineString(char quote)
    {
        var start = _position;
        var special = quote == '"' ? Characters.BasicSpecial : Characters.LiteralSpecial;
        var controlReported = false;
        _characters.Clear();
        _position += 3;
        SkipLineEnd();
        while (true)
        {
            var plain = Until(special, _position);
            _characters.Append(plain);
            _position += plain.Length;
            if (_position >= _text.Length)
            {
                ReportUnclosedMultiLineString(start, quote);
                return null;
            }

            var character = _text[_position];
            if (character == quote)
            {
                if (ReadQuotes(quote))
                {
                    return _characters.ToString();
                }
            }
            else if (character == '\\')
            {
                ReadEscapeOrLineContinuation();
            }
            else if (IsLineEnd(_position))
            {
                var lineEnd = character == '\r' ? 2 : 1;
                _characters.Append(_text, _position, lineEnd);
                _position += lineEnd;
            }
            else
            {
                ReportControl(ref controlReported);
            }
        }
    }

    /// <summary>Up to two quotes belong to the string, even right before the three that close it.</summary>
    private bool ReadQuotes(char quote)
    {
        var count = 1;
        while (count < 5 && _position + count < _text.Length && _text[_position + count] == quote)
        {
            count++;
        }

        _position += count;
        _characters.Append(quote, count < 3 ? count : count - 3);
        return count >= 3;
    }

    /// <summary>A backslash at the end of a line takes all white space up to the next visible character with it.</summary>
    private void ReadEscapeOrLineContinuation()
    {
        var end = AfterSpaces(_position + 1);
        if (end >= _text.Length || !IsLineEnd(end))
        {
            ReadEscape();
            return;
        }

        while (end < _text.Length && (_text[end] is ' ' or '\t' || IsLineEnd(end)))
        {
            end++;
        }

        _position = end;
    }

    private void ReportUnclosedMultiLineString(int start, char quote)
    {
        _errors.AddLastOfLine(new TomlSpan(start, 3), $"this string is never closed: add {new string(quote, 3)} at its end");
        _unwinding = true;

        // The rest of the text is read a second time from the next header on. That happens once for each kind of quotes,
        // since what opens another string of the same kind would have closed this one.
        for (var line = start; (line = _text.IndexOf('\n', line) + 1) > 0;)
        {
            if (LooksLikeHeader(AfterSpaces(line)))
            {
                _position = line;
                return;
            }
        }
    }
}
