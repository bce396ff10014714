using System.Globalization;
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

    public static string Quote(string text)
    {
        var line = text.ReplaceLineEndings("\\n");
        return line.Length > LongestText ? $"\"{line[..LongestText]}…\"" : $"\"{line}\"";
    }
}
