using System.Buffers;
using System.Text;

namespace Gantry.Toml.Parsing;

/// <summary>Strings of one line, and the choice between the four kinds.</summary>
internal sealed partial class TomlParser
{
    // For the strings that are not simply a piece of the text.
    private readonly StringBuilder _characters = new();

    /// <summary>Reads a string of any kind; null, after reporting it, where its end is missing.</summary>
    private string? ParseString()
    {
        var quote = Current;
        return _text.AsSpan(_position).StartsWith(quote == '"' ? "\"\"\"" : "'''")
            ? ParseMultiLineString(quote)
            : ParseSingleLineString(quote, quote == '"' ? Characters.BasicSpecial : Characters.LiteralSpecial);
    }

    private string? ParseSingleLineString(char quote, SearchValues<char> special)
    {
        var start = _position++;
        var isPlain = true;
        var controlReported = false;
        while (true)
        {
            var plain = Until(special, _position);
            _position += plain.Length;
            if (AtLineEnd)
            {
                ReportUnclosedString(start, quote);
                return null;
            }

            if (Current == quote)
            {
                _position++;
                return isPlain ? plain.ToString() : _characters.Append(plain).ToString();
            }

            _ = isPlain ? _characters.Clear().Append(plain) : _characters.Append(plain);
            isPlain = false;
            if (Current == '\\')
            {
                ReadEscape();
            }
            else
            {
                ReportControl(ref controlReported);
            }
        }
    }

    private void ReportUnclosedString(int start, char quote)
    {
        var kind = quote == '"' ? "double" : "single";
        _errors.AddLastOfLine(
            new TomlSpan(start, Math.Max(_position - start, 1)),
            $"a string in {kind} quotes ends on the line where it begins: close it with {quote}");
        if (!InsideBrackets)
        {
            SkipContinuation(quote);
        }
    }

    /// <summary>
    /// Where a string was meant to go over several lines, its other lines are no faults of their own: goes to the end of
    /// the line that has the missing quote, if there is one before the next statement.
    /// </summary>
    private void SkipContinuation(char quote)
    {
        const int MostLines = 20;
        var end = LineEnd(_position);
        for (var count = 0; count < MostLines && end < _text.Length; count++)
        {
            var line = _text.IndexOf('\n', end) + 1;
            var first = AfterSpaces(line);
            if (LooksLikeKeyValue(first) || LooksLikeHeader(first))
            {
                return;
            }

            end = LineEnd(line);
            if (_text.AsSpan(line, end - line).Contains(quote))
            {
                _position = end;
                return;
            }
        }
    }

    private void ReportControl(ref bool reported)
    {
        // Where there is one there are often many, and they are one fault.
        if (!reported)
        {
            reported = true;
            var message = _text[_position] == '\r'
                ? ControlMessage(_position, "a string")
                : $"the control character {Excerpt.Character(_text.AsSpan(_position))} in a string: write it as \\u{(int)_text[_position]:X4} in double quotes";
            _errors.Add(new TomlSpan(_position, 1), message);
        }

        _position++;
    }
}
