using System.Globalization;
using System.Text;
using Gantry.Toml;

namespace Gantry.Tests.Toml;

/// <summary>Writes keys and scalars, choosing at random among the forms that the specification allows.</summary>
internal sealed class ScalarWriter(Random random, TomlVersion version)
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public string Key(string key) => key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && random.Next(3) > 0
        ? key
        : SingleLine(key);

    public string Write(TomlValue value) => value switch
    {
        TomlString text => random.Next(2) == 0 ? SingleLine(text.Value) : MultiLine(text.Value),
        TomlInteger integer => Integer(integer.Value),
        TomlFloat number => Float(number.Value),
        TomlBoolean boolean => boolean.Value ? "true" : "false",
        TomlOffsetDateTime instant => Date(instant.Value.Date) + Separator() + Time(instant.Value.TimeOfDay) + Offset(instant.Value.Offset),
        TomlLocalDateTime local => Date(local.Value) + Separator() + Time(local.Value.TimeOfDay),
        TomlLocalDate date => Date(date.Value.ToDateTime(default)),
        TomlLocalTime time => Time(time.Value.ToTimeSpan()),
        _ => throw new ArgumentException($"not a scalar: {value}"),
    };

    private string SingleLine(string text) => random.Next(2) == 0 && !text.Contains('\'') && !text.Any(c => char.IsControl(c) && c is not ('\t' or > '\u007F'))
        ? $"'{text}'"
        : $"\"{Escape(text, multiLine: false)}\"";

    private string MultiLine(string text)
    {
        // A line break right after the quotes is not part of the string.
        var first = text.StartsWith('\n') || text.StartsWith("\r\n", StringComparison.Ordinal) || random.Next(2) == 0 ? "\n" : "";
        var plain = text.Replace("\r\n", "", StringComparison.Ordinal);
        return random.Next(2) == 0 && !text.Contains("'''", StringComparison.Ordinal) && !text.EndsWith('\'') && !plain.Any(c => char.IsControl(c) && c is not ('\t' or '\n' or > '\u007F'))
            ? $"'''{first}{text}'''"
            : $"\"\"\"{first}{Escape(text, multiLine: true)}\"\"\"";
    }

    private string Escape(string text, bool multiLine)
    {
        var written = new StringBuilder();
        for (var position = 0; position < text.Length; position++)
        {
            var character = text[position];
            var isCrLf = character == '\r' && position + 1 < text.Length && text[position + 1] == '\n';
            switch (character)
            {
                // Up to two quotes may stand in a multi-line string as they are, right before its end too.
                case '"' when multiLine && random.Next(2) == 0 && !written.ToString().EndsWith("\"\"", StringComparison.Ordinal):
                    written.Append('"');
                    break;
                case '\r' when multiLine && isCrLf && random.Next(2) == 0:
                    written.Append("\r\n");
                    position++;
                    break;
                case '\n' when multiLine && random.Next(2) == 0:
                    written.Append('\n');
                    break;
                case '"' or '\\' or '\n' or '\r':
                case < ' ' and not '\t':
                case '\u007F':
                    written.Append(Escaped(character));
                    break;
                default:
                    written.Append(random.Next(20) == 0 && !char.IsSurrogate(character) ? Escaped(character) : character.ToString());
                    break;
            }

            if (multiLine && random.Next(15) == 0 && !char.IsHighSurrogate(character) && !NextIsWhiteSpace(text, position + 1))
            {
                written.Append("\\ \n\n \t ");
            }
        }

        return written.ToString();
    }

    private static bool NextIsWhiteSpace(string text, int position) => position < text.Length && text[position] is ' ' or '\t' or '\n' or '\r';

    private string Escaped(char character)
    {
        var isShort = "\b\t\n\f\r\"\\".Contains(character);
        return random.Next(version == TomlVersion.Toml11 ? 4 : 3) switch
        {
            0 when isShort => "\\" + "btnfr\"\\"["\b\t\n\f\r\"\\".IndexOf(character)],
            1 => $"\\U{(int)character:X8}",
            3 when character == '\u001B' => "\\e",
            3 when character <= '\u00FF' => $"\\x{(int)character:x2}",
            _ => $"\\u{(int)character:x4}",
        };
    }

    private string Integer(long value) => random.Next(6) switch
    {
        0 when value >= 0 => "+" + value.ToString(Invariant),
        1 when value >= 0 => "0x" + value.ToString(random.Next(2) == 0 ? "X" : "x8", Invariant),
        2 when value >= 0 => "0o" + Convert.ToString(value, 8),
        3 when value >= 0 => "0b" + Convert.ToString(value, 2),
        4 => value.ToString("#,##0", Invariant).Replace(',', '_'),
        _ => value.ToString(Invariant),
    };

    private string Float(double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            var sign = value < 0 ? "-" : random.Next(2) == 0 ? "+" : "";
            return sign + (double.IsNaN(value) ? "nan" : "inf");
        }

        var text = value.ToString("R", Invariant);
        text = text.Contains('.') || text.Contains('E') ? text : text + (random.Next(2) == 0 ? ".0" : "e0");
        return random.Next(2) == 0 ? text : text.Replace('E', 'e');
    }

    private string Separator() => random.Next(3) switch { 0 => "T", 1 => "t", _ => " " };

    private static string Date(DateTime date) => date.ToString("yyyy-MM-dd", Invariant);

    private string Time(TimeSpan time)
    {
        if (version == TomlVersion.Toml11 && time.Ticks % TimeSpan.TicksPerMinute == 0 && random.Next(2) == 0)
        {
            return time.ToString(@"hh\:mm", Invariant);
        }

        // Digits beyond what .NET holds are cut off.
        var fraction = time.Ticks % TimeSpan.TicksPerSecond;
        var digits = fraction == 0 && random.Next(2) == 0 ? "" : fraction.ToString("'.'0000000", Invariant);
        digits = random.Next(2) == 0 && fraction != 0 ? digits.TrimEnd('0') : digits + (digits.Length > 0 && random.Next(3) == 0 ? "987" : "");
        return time.ToString(@"hh\:mm\:ss", Invariant) + digits;
    }

    private string Offset(TimeSpan offset) => offset == TimeSpan.Zero && random.Next(2) == 0
        ? random.Next(2) == 0 ? "Z" : "z"
        : (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString(@"hh\:mm", Invariant);
}
