using System.Globalization;
using System.Text;

namespace Gantry.Daemon.Configuration;

/// <summary>Keys and strings as they are written in TOML.</summary>
internal static class TomlText
{
    public static string Join(string path, string key) => path.Length == 0 ? Quote(key) : $"{path}.{Quote(key)}";

    /// <summary>A key as it must be written: bare where TOML allows it, else in quotes.</summary>
    public static string Quote(string key) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? key
            : BasicString(key);

    /// <summary>Text as a TOML string in double quotes.</summary>
    public static string BasicString(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
