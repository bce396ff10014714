namespace Gantry.Toml.Parsing;

/// <summary>Spaces, comments and line ends.</summary>
internal sealed partial class TomlParser
{
    private void SkipSpaces()
    {
        while (_position < _text.Length && _text[_position] is ' ' or '\t')
        {
            _position++;
        }
    }

    private bool IsLineEnd(int at) =>
        at >= _text.Length || _text[at] == '\n' || (_text[at] == '\r' && at + 1 < _text.Length && _text[at + 1] == '\n');

    private void SkipLineEnd()
    {
        if (Current == '\r')
        {
            _position++;
        }

        if (Current == '\n')
        {
            _position++;
        }
    }

    private void SkipToLineEnd() => _position = LineEnd(_position);

    /// <summary>Where the line ends, before its CR if it has one.</summary>
    private int LineEnd(int from)
    {
        var end = from < _text.Length ? _text.IndexOf('\n', from) : -1;
        if (end < 0)
        {
            return _text.Length;
        }

        return end > from && _text[end - 1] == '\r' ? end - 1 : end;
    }

    /// <summary>Where the line's last visible character ends, but never before one character after <paramref name="from"/>.</summary>
    private int TrimmedLineEnd(int from)
    {
        var end = LineEnd(from);
        while (end > from + 1 && _text[end - 1] is ' ' or '\t')
        {
            end--;
        }

        return end;
    }

    /// <summary>Skips a comment up to its line end, and reports what must not be in it.</summary>
    private void SkipComment()
    {
        var reported = false;
        while (true)
        {
            var next = _text.AsSpan(_position).IndexOfAny(Characters.Controls);
            _position = next < 0 ? _text.Length : _position + next;
            if (AtLineEnd)
            {
                return;
            }

            if (!reported)
            {
                reported = true;
                _errors.Add(new TomlSpan(_position, 1), ControlMessage(_position, "a comment"));
            }

            _position++;
        }
    }

    private string ControlMessage(int at, string where) => _text[at] == '\r'
        ? $"a carriage return in {where} without a line feed after it: end lines with LF or CR LF"
        : $"the control character {Excerpt.Character(_text.AsSpan(at))} in {where}: remove it";

    /// <summary>
    /// Skips spaces, comments and line ends inside brackets. False at the end of the text, or where a line begins that
    /// can only be the next statement: then a bracket was not closed.
    /// </summary>
    private bool SkipInsideBrackets(bool keysAreStatements)
    {
        while (true)
        {
            SkipSpaces();
            if (Current == '#')
            {
                SkipComment();
            }

            if (AtEnd)
            {
                return false;
            }

            if (!AtLineEnd)
            {
                return true;
            }

            SkipLineEnd();
            SkipSpaces();
            if (LooksLikeHeader(_position) || (keysAreStatements && LooksLikeKeyValue(_position)))
            {
                return false;
            }
        }
    }
}
