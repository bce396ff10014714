using System.Globalization;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>The next step for slips that anybody makes in TOML.</summary>
internal static class Hints
{
    /// <summary>A number or boolean as it would stand in quotes; null for all else.</summary>
    public static string? TextOf(TomlValue value) => value switch
    {
        TomlInteger number => number.Value.ToString(CultureInfo.InvariantCulture),
        TomlFloat number => number.Value.ToString("R", CultureInfo.InvariantCulture),
        TomlBoolean flag => flag.Value ? "true" : "false",
        _ => null,
    };

    public static string? QuoteIt(TomlValue value) => value switch
    {
        TomlInteger or TomlFloat or TomlBoolean => $"write it in quotes: \"{TextOf(value)}\"",
        TomlOffsetDateTime or TomlLocalDateTime or TomlLocalDate or TomlLocalTime => "dates are a type of their own in TOML: write it in quotes",
        _ => null,
    };

    public static string? UnquoteNumber(TomlValue value) =>
        value is TomlString text && double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? $"write it without quotes: {text.Value.Trim()}"
            : null;

    public static string? ListIt(TomlValue value) => value is TomlString text ? $"write it as a list: [{Found.Quote(text.Value)}]" : null;
}
