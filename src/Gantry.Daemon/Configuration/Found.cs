using System.Globalization;
using System.Text;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration;

/// <summary>Values in words, for "expected …, found …".</summary>
internal static class Found
{
    private const int LongestText = 40;

    public static string Describe(TomlValue value) => value switch
    {
        TomlString text => $"the string {Quote(text.Value)}",
        TomlInteger number => string.Create(CultureInfo.InvariantCulture, $"the integer {number.Value}"),
        TomlFloat number => string.Create(CultureInfo.InvariantCulture, $"the float {number.Value:R}"),
        TomlBoolean flag => $"the boolean {(flag.Value ? "true" : "false")}",
        _ => Shape(value),
    };

    /// <summary>The type alone, where the value is of no use or is nobody's business.</summary>
    public static string Shape(TomlValue value) => (value.TypeName[0] is 'a' or 'i' or 'o' ? "an " : "a ") + value.TypeName;

    /// <summary>Text in quotes on one line: cut where it is long, and without characters that do things to terminals.</summary>
    public static string Quote(string text)
    {
        var shown = new StringBuilder("\"");
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (shown.Length > LongestText)
            {
                return shown.Append("…\"").ToString();
            }

            shown.Append(rune.Value == '\n' ? "\\n" : Rune.IsControl(rune) ? string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}") : rune.ToString());
        }

        return shown.Append('"').ToString();
    }
}
