namespace Gantry.Toml.Parsing;

/// <summary>Dotted keys.</summary>
internal sealed partial class TomlParser
{
    // The key that was read last. Overwritten by the keys of inline tables, so it is used up before its value is read.
    private readonly List<KeyPart> _key = [];

    /// <summary>Reads a dotted key into <see cref="_key"/>; false, after reporting why, where it cannot be understood.</summary>
    private bool TryParseKey()
    {
        _key.Clear();
        var start = _position;
        for (var count = 1; ; count++)
        {
            SkipSpaces();
            if (!TryParseKeyPart(isFirst: count == 1, out var part))
            {
                return false;
            }

            if (count <= TomlDocument.MaxDepth)
            {
                _key.Add(part);
            }

            SkipSpaces();
            if (Current == '.')
            {
                _position++;
                continue;
            }

            if (count > TomlDocument.MaxDepth)
            {
                ReportTooDeep(SpanFrom(start));
                return false;
            }

            return true;
        }
    }

    private bool TryParseKeyPart(bool isFirst, out KeyPart part)
    {
        var start = _position;
        var name = Current switch
        {
            '"' => ParseQuotedKey("\"\"\""),
            '\'' => ParseQuotedKey("'''"),
            _ => ParseBareKey(isFirst),
        };
        part = new KeyPart(name ?? "", SpanFrom(start));
        return name is not null;
    }

    private string? ParseQuotedKey(string multiLineQuotes)
    {
        var start = _position;
        var key = ParseString();
        if (key is not null && _text.AsSpan(start).StartsWith(multiLineQuotes))
        {
            _errors.Add(SpanFrom(start), "a key cannot be a multi-line string: use single quotation marks");
        }

        return key;
    }

    private string? ParseBareKey(bool isFirst)
    {
        var word = BareWord(_position);
        if (AtEnd || !IsForeignToBareKeys(_position + word.Length))
        {
            if (word.Length == 0 || AtEnd)
            {
                ReportMissingKey(isFirst);
                return null;
            }

            _position += word.Length;
            return word.ToString();
        }

        if (_text.AsSpan(_position).StartsWith("//") || Current == ';')
        {
            _errors.AddLastOfLine(new TomlSpan(_position, Current == ';' ? 1 : 2), "a comment begins with \"#\"");
            SkipToLineEnd();
            return null;
        }

        // Not allowed without quotes, but there is no doubt what is meant.
        var start = _position;
        while (_position < _text.Length && (Characters.Bare.Contains(_text[_position]) || IsForeignToBareKeys(_position)))
        {
            _position++;
        }

        var key = _text[start.._position];
        _errors.AddLastOfLine(SpanFrom(start), $"only A-Z, a-z, 0-9, \"_\" and \"-\" may stand in a key without quotes: write {Excerpt.AsString(key)}");
        return key;
    }

    /// <summary>Whether this character is not allowed in a bare key and yet must have been meant as a part of one.</summary>
    private bool IsForeignToBareKeys(int at)
    {
        if (at >= _text.Length || _text[at] <= ' ' || _text[at] == '\u007F' || char.IsWhiteSpace(_text[at]))
        {
            return false;
        }

        return _text[at] switch
        {
            '.' or '=' or '[' or ']' or '{' or '}' or ',' or '#' or '"' or '\'' => false,
            ':' => at + 1 < _text.Length && (Characters.Bare.Contains(_text[at + 1]) || _text[at + 1] == ':'),
            var character => !Characters.Bare.Contains(character),
        };
    }

    private void ReportMissingKey(bool isFirst)
    {
        var (length, message) = Current switch
        {
            _ when AtLineEnd => (0, "a key does not end with a point"),
            '=' when isFirst => (1, "a key is missing before \"=\""),
            '=' or ']' when !isFirst => (0, "a key does not end with a point"),
            '.' => (1, "a part of the key is missing before this point; an empty key is written \"\""),
            ']' or '}' => (1, StrayBracketMessage()),
            '[' => (1, "expected a key, found \"[\"; the brackets of [[name]] stand side by side"),
            _ => (1, $"expected a key, found {Excerpt.Character(_text.AsSpan(_position))}"),
        };
        var span = length == 0 && _position > 0 ? new TomlSpan(_position - 1, 1) : new TomlSpan(_position, length);
        _errors.AddLastOfLine(span, message);
    }
}
