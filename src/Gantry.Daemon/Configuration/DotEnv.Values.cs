using System.Text;

namespace Gantry.Daemon.Configuration;

/// <summary>What stands behind the <c>=</c>.</summary>
internal sealed partial class DotEnv
{
    private string? ReadValue()
    {
        if (AtLineEnd())
        {
            return "";
        }

        var quote = _text[_at];
        if (quote is not ('"' or '\''))
        {
            return ReadBare();
        }

        var place = Here();
        var value = quote == '"' ? ReadDouble(place) : ReadSingle(place);
        if (value is null)
        {
            return null;
        }

        SkipBlanks();
        if (!AtLineEnd() && _text[_at] != '#')
        {
            Fault(Here(), "nothing but a comment may follow the closing quote", "put the whole value into the quotes");
            return null;
        }

        return value;
    }

    private string ReadBare()
    {
        var start = _at;
        while (!AtLineEnd() && !(_text[_at] == '#' && (_at == start || _text[_at - 1] is ' ' or '\t')))
        {
            _at++;
        }

        return _text[start.._at].TrimEnd(' ', '\t');
    }

    private string? ReadSingle(SourcePlace place)
    {
        var start = ++_at;
        while (!AtLineEnd())
        {
            if (_text[_at++] == '\'')
            {
                return _text[start..(_at - 1)];
            }
        }

        Fault(place, "a value in single quotes ends on its line", "close it with ', or use double quotes for several lines");
        return null;
    }

    private string? ReadDouble(SourcePlace place)
    {
        var value = new StringBuilder();
        var (start, line, lineStart) = (_at++, _line, _lineStart);
        while (_at < _text.Length)
        {
            var c = _text[_at++];
            switch (c)
            {
                case '"':
                    return value.ToString();
                case '\\' when _at < _text.Length && Escaped(_text[_at]) is { } escaped:
                    value.Append(escaped);
                    _at++;
                    break;
                case '\r' when _at < _text.Length && _text[_at] == '\n':
                    break;
                case '\n':
                    value.Append(c);
                    NextLine();
                    break;
                default:
                    value.Append(c);
                    break;
            }
        }

        // The rest of the file is not lost to one missing quote: reading goes on in the next line.
        (_at, _line, _lineStart) = (start, line, lineStart);
        Fault(place, "a value in double quotes is not closed", "close it with \"");
        return null;
    }

    private static char? Escaped(char c) => c switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '"' or '\\' or '$' => c,
        _ => null,
    };
}
