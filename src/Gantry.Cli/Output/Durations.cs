using System.Buffers;
using System.Globalization;

namespace Gantry.Cli.Output;

/// <summary>Lengths of time as they are written and shown.</summary>
internal static class Durations
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>Short, and no more exact than anybody needs: <c>12 ms</c>, <c>2.4 s</c>, <c>3 min 5 s</c>, <c>2 h 10 min</c>.</summary>
    public static string Show(TimeSpan time) => time switch
    {
        { TotalMilliseconds: < 0 } => "0 ms",
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 59.95 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Hours} h {time.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.Days} d {time.Hours} h"),
    };

    /// <summary>Reads <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1m30s</c>, <c>2h</c>, <c>1d</c>, or seconds without a unit; null where it is none of these.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return Of(seconds * 1000);
        }

        var total = 0.0;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            rest = rest[digits..];
            var end = rest.IndexOfAny(Digits);
            var unit = end < 0 ? rest : rest[..end];
            if (Milliseconds(unit) is not { } scale)
            {
                return null;
            }

            total += number * scale;
            rest = rest[unit.Length..];
        }

        return text.Length == 0 ? null : Of(total);
    }

    private static double? Milliseconds(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => null,
    };

    private static TimeSpan? Of(double milliseconds) => milliseconds <= TimeSpan.FromDays(3650).TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
}
