namespace Gantry.Toml.Parsing;

/// <summary>What stands between a key and its value.</summary>
internal sealed partial class TomlParser
{
    private enum Separator
    {
        /// <summary>The value follows.</summary>
        Found,

        /// <summary>A value follows, but its key could not be understood.</summary>
        AfterBrokenKey,

        /// <summary>No value follows.</summary>
        Missing,
    }

    private bool InsideBrackets => _openArrays + _openBraces > 0;

    private bool ValueIsMissing => AtLineEnd || Current == '#' || (InsideBrackets && Current is ',' or ']' or '}');

    /// <summary>Reads the equals sign after <see cref="_key"/> and the spaces around it.</summary>
    private Separator ParseEquals()
    {
        SkipSpaces();
        var sign = new TomlSpan(_position, 1);
        switch (Current)
        {
            case '=':
                _position++;
                break;
            case ':':
                _errors.AddLastOfLine(sign, "a key and its value are separated by \"=\", not by \":\"");
                _position++;
                break;
            case var _ when ValueIsMissing:
                _errors.AddLastOfLine(KeySpan, $"key {Excerpt.Name(_key)} has no value: write {Excerpt.Path(_key)} = …");
                return Separator.Missing;
            default:
                return ReportMissingEquals();
        }

        SkipSpaces();
        if (Current == '=')
        {
            _errors.AddLastOfLine(new TomlSpan(_position, 1), "one \"=\" is enough");
            _position++;
            SkipSpaces();
        }

        if (!ValueIsMissing)
        {
            return Separator.Found;
        }

        if (TrySkipToValueOnNextLine())
        {
            _errors.Add(sign, $"the value of key {Excerpt.Name(_key)} begins on the line of the key, not on the next");
            return Separator.Found;
        }

        _errors.Add(sign, $"key {Excerpt.Name(_key)} has no value: write one after \"{_text[sign.Start]}\"");
        return Separator.Missing;
    }

    private bool TrySkipToValueOnNextLine()
    {
        if (InsideBrackets || !AtLineEnd || AtEnd)
        {
            return false;
        }

        var next = AfterSpaces(_position + (Current == '\r' ? 2 : 1));
        if (!LooksLikeValue(next) || LooksLikeKeyValue(next) || LooksLikeHeader(next))
        {
            return false;
        }

        _position = next;
        return true;
    }

    private Separator ReportMissingEquals()
    {
        var found = _position;
        var separator = InsideBrackets ? Separator.Missing : SkipToValueOfBrokenKey();
        var message = separator == Separator.AfterBrokenKey && Characters.Bare.Contains(_text[found])
            ? SpacedKeyMessage(_text.IndexOf('=', found))
            : $"expected \"=\" after the key {Excerpt.Name(_key)}, found {Excerpt.Quote(FoundAt(found))}";
        _errors.AddLastOfLine(new TomlSpan(found, 1), message);
        return separator;
    }

    /// <summary>What to say where one more word stands between a key and the end of what should have been one.</summary>
    private string SpacedKeyMessage(int end)
    {
        var start = _key[^1].Span.Start;
        return _text[start] is '"' or '\''
            ? $"there is text after the key {Excerpt.Name(_key)}: put the whole key in one pair of quotes"
            : $"a key with a space in it needs quotes: write {Excerpt.AsString(_text.AsSpan(start, end - start).TrimEnd(" \t"))}";
    }

    private ReadOnlySpan<char> FoundAt(int at) => _text.AsSpan(at, Math.Max(Until(Characters.TokenEnd, at).Length, 1));

    /// <summary>Goes on after the equals sign of this line, if it has one.</summary>
    private Separator SkipToValueOfBrokenKey()
    {
        if (_unwinding)
        {
            return Separator.Missing;
        }

        var next = _text.AsSpan(_position).IndexOfAny('=', '\n');
        if (next < 0 || _text[_position + next] == '\n')
        {
            return Separator.Missing;
        }

        _position += next + 1;
        SkipSpaces();
        return ValueIsMissing ? Separator.Missing : Separator.AfterBrokenKey;
    }

    private TomlSpan KeySpan => new(_key[0].Span.Start, _key[^1].Span.End - _key[0].Span.Start);

    private void ReportTooDeep(TomlSpan span) =>
        _errors.AddLastOfLine(span, $"this is nested more than {TomlDocument.MaxDepth} levels deep: that is the limit");
}
