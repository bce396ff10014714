namespace Gantry.Toml.Parsing;

/// <summary>
/// Guesses at what a line is, without reading it. Asked only at the beginning of a line inside brackets and after a
/// fault, and looking no further than the line's end: that keeps the whole linear.
/// </summary>
internal sealed partial class TomlParser
{
    /// <summary>Whether <c>key =</c> stands here.</summary>
    private bool LooksLikeKeyValue(int at)
    {
        at = AfterKey(at);
        return at >= 0 && at < _text.Length && _text[at] == '=';
    }

    /// <summary>
    /// Whether a header stands here, alone on its line. <c>[1]</c> and <c>["a"]</c> may as well be arrays in an array
    /// and are not taken for headers; <c>[services.api]</c> cannot be a value.
    /// </summary>
    private bool LooksLikeHeader(int at)
    {
        if (at >= _text.Length || _text[at] != '[')
        {
            return false;
        }

        var brackets = at + 1 < _text.Length && _text[at + 1] == '[' ? 2 : 1;
        var name = AfterSpaces(at + brackets);
        if (name >= _text.Length || !char.IsAsciiLetter(_text[name]) || IsWordValue(name))
        {
            return false;
        }

        at = AfterKey(name);
        for (var bracket = 0; bracket < brackets; bracket++)
        {
            if (at < 0 || at >= _text.Length || _text[at] != ']')
            {
                return false;
            }

            at++;
        }

        at = AfterSpaces(at);
        return IsLineEnd(at) || _text[at] == '#';
    }

    /// <summary>Whether a value begins here; of a number, date or word only if it must be one.</summary>
    private bool LooksLikeValue(int at) =>
        at < _text.Length && (_text[at] is '"' or '\'' or '[' or '{' or '+' or '-' || char.IsAsciiDigit(_text[at]) || IsWordValue(at));

    private bool IsWordValue(int at)
    {
        var word = BareWord(at);
        return word is "true" or "false" or "inf" or "nan";
    }

    /// <summary>The offset after a dotted key and the spaces that follow it; -1 where there is no key.</summary>
    private int AfterKey(int at)
    {
        while (true)
        {
            at = AfterSpaces(at);
            var start = at;
            if (at < _text.Length && _text[at] is '"' or '\'')
            {
                at = AfterQuoted(at);
            }
            else
            {
                at += BareWord(at).Length;
            }

            if (at <= start)
            {
                return -1;
            }

            at = AfterSpaces(at);
            if (at >= _text.Length || _text[at] != '.')
            {
                return at;
            }

            at++;
        }
    }

    /// <summary>The offset after a quoted text that ends on its line; -1 where it does not.</summary>
    private int AfterQuoted(int at)
    {
        var quote = _text[at++];
        for (; at < _text.Length && _text[at] != '\n'; at++)
        {
            if (_text[at] == quote)
            {
                return at + 1;
            }

            if (_text[at] == '\\' && quote == '"' && !IsLineEnd(at + 1))
            {
                at++;
            }
        }

        return -1;
    }

    private int AfterSpaces(int at)
    {
        while (at < _text.Length && _text[at] is ' ' or '\t')
        {
            at++;
        }

        return at;
    }

    private ReadOnlySpan<char> BareWord(int at)
    {
        var rest = _text.AsSpan(Math.Min(at, _text.Length));
        var length = rest.IndexOfAnyExcept(Characters.Bare);
        return length < 0 ? rest : rest[..length];
    }
}
