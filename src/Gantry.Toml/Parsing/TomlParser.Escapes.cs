using System.Globalization;
using System.Text;

namespace Gantry.Toml.Parsing;

/// <summary>Escape sequences of strings in double quotes.</summary>
internal sealed partial class TomlParser
{
    /// <summary>Reads the escape sequence at the position; a faulty one is reported and kept as it stands.</summary>
    private void ReadEscape()
    {
        var start = _position++;
        var plain = Current switch
        {
            'b' => '\b',
            't' => '\t',
            'n' => '\n',
            'f' => '\f',
            'r' => '\r',
            '"' => '"',
            '\\' => '\\',
            'e' => '\u001B',
            _ => '\0',
        };
        if (plain != '\0')
        {
            _position++;
            _characters.Append(plain);
            if (plain == '\u001B')
            {
                CheckVersion(start, "001B");
            }

            return;
        }

        switch (Current)
        {
            case 'x':
                if (ReadCodePoint(start, digits: 2))
                {
                    CheckVersion(start, $"00{_text.AsSpan(_position - 2, 2)}");
                }

                break;
            case 'u':
                ReadCodePoint(start, digits: 4);
                break;
            case 'U':
                ReadCodePoint(start, digits: 8);
                break;
            default:
                ReportUnknownEscape(start);
                break;
        }
    }

    private bool ReadCodePoint(int start, int digits)
    {
        var letter = _text[_position++];
        var hexadecimal = _text.AsSpan(_position, Math.Min(digits, _text.Length - _position));
        var length = hexadecimal.IndexOfAnyExcept(Characters.Hexadecimal);
        if (length >= 0 || hexadecimal.Length < digits)
        {
            _position += length >= 0 ? length : hexadecimal.Length;
            ReportEscape(start, $"\"\\{letter}\" needs {digits} hexadecimal digits after it; for a backslash write \"\\\\\", or put the string in single quotes");
            return false;
        }

        _position += digits;
        if (uint.TryParse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && Rune.IsValid(number))
        {
            _characters.Append(new Rune(number));
            return true;
        }

        ReportEscape(start, $"U+{hexadecimal} is not a Unicode character: 0 to D7FF and E000 to 10FFFF are");
        return false;
    }

    private void ReportUnknownEscape(int start)
    {
        if (AtLineEnd)
        {
            // The string is not closed, which is reported in its place.
            return;
        }

        var character = _text.AsSpan(_position);
        var length = character.Length > 1 && char.IsSurrogatePair(character[0], character[1]) ? 2 : 1;

        // A control character is a fault of its own.
        var isControl = Characters.Controls.Contains(character[0]);
        _position += isControl ? 0 : length;
        ReportEscape(start, $"\"\\{Excerpt.Of(character[..length])}\" is not an escape sequence; for a backslash write \"\\\\\", or put the string in single quotes");
    }

    private void ReportEscape(int start, string message)
    {
        _errors.Add(SpanFrom(start), message);
        _characters.Append(_text, start, _position - start);
    }

    /// <summary>Reports an escape sequence that TOML 1.0 does not have, with the one that it has.</summary>
    private void CheckVersion(int start, string hexadecimal)
    {
        if (_version == TomlVersion.Toml10)
        {
            _errors.Add(SpanFrom(start), $"TOML 1.0 does not have \"\\{_text[start + 1]}\": write \\u{hexadecimal}");
        }
    }
}
