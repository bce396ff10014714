using System.Globalization;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>The next step for slips that anybody makes in TOML.</summary>
internal static class Hints
{
    public static string? QuoteIt(TomlValue value) => value switch
    {
        TomlInteger number => string.Create(CultureInfo.InvariantCulture, $"write it in quotes: \"{number.Value}\""),
        TomlFloat number => string.Create(CultureInfo.InvariantCulture, $"write it in quotes: \"{number.Value:R}\""),
        TomlBoolean flag => $"write it in quotes: \"{(flag.Value ? "true" : "false")}\"",
        TomlOffsetDateTime or TomlLocalDateTime or TomlLocalDate or TomlLocalTime => "dates are a type of their own in TOML: write it in quotes",
        _ => null,
    };

    public static string? UnquoteNumber(TomlValue value) =>
        value is TomlString text && double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? $"write it without quotes: {text.Value.Trim()}"
            : null;

    public static string? ListIt(TomlValue value) => value is TomlString text ? $"write it as a list: [{Found.Quote(text.Value)}]" : null;
}
