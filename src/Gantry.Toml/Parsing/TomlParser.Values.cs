using System.Buffers;

namespace Gantry.Toml.Parsing;

/// <summary>Values, and what people write instead of them.</summary>
internal sealed partial class TomlParser
{
    /// <summary>
    /// Reads a value that would lie <paramref name="depth"/> levels deep. Null, after reporting why, where there is none;
    /// the position is then where the next comma, bracket or line end may be expected.
    /// </summary>
    private TomlValue? ParseValue(int depth)
    {
        switch (Current)
        {
            case '"' or '\'':
                var start = _position;
                return ParseString() is { } value ? new TomlString(value, SpanFrom(start)) : null;
            case '[' or '{' when depth > TomlDocument.MaxDepth:
                ReportTooDeep(new TomlSpan(_position, 1));
                _abandoned = true;
                return null;
            case '[':
                return ParseArray(depth);
            case '{':
                return ParseInlineTable(depth);
            default:
                return ParseScalar();
        }
    }

    private TomlValue? ParseScalar()
    {
        var token = Until(Characters.TokenEnd, _position);
        string? fault = null;
        TomlValue? value = null;
        if (token is "true" or "false")
        {
            value = new TomlBoolean(token is "true", new TomlSpan(_position, token.Length));
        }
        else if (DateTimeSyntax.LooksLikeOne(token))
        {
            token = WithTimeAfterSpace(token);
            value = DateTimeSyntax.Read(token, new TomlSpan(_position, token.Length), _version, out fault);
        }
        else if (NumberSyntax.LooksLikeOne(token))
        {
            value = NumberSyntax.Read(token, new TomlSpan(_position, token.Length), out fault);
        }

        if (value is null ? fault is null || !IsWholeValue(token.Length) : IsFollowedByWord(token.Length))
        {
            ReportUnquotedText();
            return null;
        }

        var span = new TomlSpan(_position, token.Length);
        _position += token.Length;
        if (fault is not null)
        {
            _errors.Add(span, fault);
        }

        return value;
    }

    private ReadOnlySpan<char> Until(SearchValues<char> ends, int from)
    {
        var rest = _text.AsSpan(from);
        var length = rest.IndexOfAny(ends);
        return length < 0 ? rest : rest[..length];
    }

    /// <summary>A space may stand between date and time (as in RFC 3339, section 5.6).</summary>
    private ReadOnlySpan<char> WithTimeAfterSpace(ReadOnlySpan<char> date)
    {
        var time = _position + date.Length + 1;
        if (date.Contains(':') || time >= _text.Length || _text[time - 1] != ' ' || !char.IsAsciiDigit(_text[time]))
        {
            return date;
        }

        var rest = Until(Characters.TokenEnd, time);
        return rest.Contains(':') ? _text.AsSpan(_position, date.Length + 1 + rest.Length) : date;
    }

    /// <summary>Whether the value ends after that many characters, rather than being the first word of unquoted text.</summary>
    private bool IsWholeValue(int length)
    {
        var after = AfterSpaces(_position + length);
        return IsLineEnd(after) || _text[after] == '#' || (InsideBrackets && _text[after] is ',' or ']' or '}');
    }

    /// <summary>Whether the value is rather the first word of unquoted text: <c>5 minutes</c>.</summary>
    private bool IsFollowedByWord(int length)
    {
        var after = AfterSpaces(_position + length);
        return after > _position + length && after < _text.Length && char.IsLetter(_text[after])
            && !LooksLikeValue(after) && !LooksLikeKeyValue(after);
    }

    /// <summary>Reports the text up to the next place where a value could end, and skips it.</summary>
    private void ReportUnquotedText()
    {
        if (AtEnd)
        {
            return;
        }

        var text = Until(InsideBrackets ? Characters.ItemEnd : Characters.LineEnd, _position).TrimEnd(" \t");
        var length = Math.Max(text.Length, 1);
        _errors.AddLastOfLine(new TomlSpan(_position, length), UnquotedText.Message(_text.AsSpan(_position, length)));
        _position += length;
    }
}
