using System.Globalization;
using System.Text.RegularExpressions;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>
/// Sizes in bytes as text: a number and a unit, with or without a space, in any case. <c>k</c>, <c>M</c>, <c>G</c> and
/// <c>T</c>, alone or with <c>B</c>, are powers of 1000; <c>Ki</c>, <c>Mi</c>, <c>Gi</c> and <c>Ti</c>, alone or with
/// <c>B</c>, are powers of 1024 (IEC 80000-13); <c>B</c> is bytes. The number may have a fraction: <c>1.5GiB</c>.
/// </summary>
internal static partial class Sizes
{
    public const string Pattern = @"^([0-9]{1,15}(?:\.[0-9]{1,6})?) ?([kKmMgGtT]?[bB]|[kKmMgGtT][iI]?[bB]?)$";

    private const string Prefixes = "kMGT";

    /// <summary>A size as text, or a number of bytes.</summary>
    public static ConfigType<long> Between(long minimum, long maximum)
    {
        var expected = $"a size from {Write(minimum)} to {Write(maximum)}, such as \"512MiB\", or a number of bytes";
        return new EitherType<long>(
            expected,
            $"size {Write(minimum)}–{Write(maximum)}",
            new FormType<long>(
                "size",
                expected,
                (string text, out long value, out string? fault) => TryRead(text, out value, out fault) && value >= minimum && value <= maximum,
                Write,
                Pattern),
            new BytesType(minimum, maximum, expected));
    }

    public static bool TryRead(string text, out long value, out string? fault)
    {
        value = 0;
        fault = null;
        var match = Whole().Match(text);
        if (!match.Success || text[^1] == '\n')
        {
            fault = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                ? $"add a unit, \"{text}MiB\", or write bytes without quotes"
                : "units are B, kB, MB, GB, TB and KiB, MiB, GiB, TiB";
            return false;
        }

        var bytes = decimal.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * Factor(match.Groups[2].Value);
        if (bytes > long.MaxValue)
        {
            return false;
        }

        value = (long)bytes;
        return true;
    }

    /// <summary>With the largest unit that gives a whole number, powers of 1024 first; small numbers as plain bytes.</summary>
    public static string Write(long bytes)
    {
        foreach (var (step, infix) in new[] { (1024L, "i"), (1000L, "") })
        {
            for (var power = Prefixes.Length; power >= 1; power--)
            {
                var factor = (long)Math.Pow(step, power);
                if (bytes >= factor && bytes % factor == 0)
                {
                    var prefix = infix.Length > 0 && power == 1 ? 'K' : Prefixes[power - 1];
                    return string.Create(CultureInfo.InvariantCulture, $"{bytes / factor}{prefix}{infix}B");
                }
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes}B");
    }

    private static decimal Factor(string unit)
    {
        var power = Prefixes.IndexOf(unit[0], StringComparison.OrdinalIgnoreCase) + 1;
        var step = unit.Contains('i', StringComparison.OrdinalIgnoreCase) ? 1024m : 1000m;
        var factor = 1m;
        for (var i = 0; i < power; i++)
        {
            factor *= step;
        }

        return factor;
    }

    [GeneratedRegex(Pattern)]
    private static partial Regex Whole();
}
