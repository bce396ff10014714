using System.Globalization;

namespace Gantry.Cli.Output;

/// <summary>Lengths of time for people.</summary>
internal static class Elapsed
{
    /// <summary>Short, and no more exact than anybody needs: <c>12 ms</c>, <c>2.4 s</c>, <c>3 min 5 s</c>, <c>2 h 10 min</c>.</summary>
    public static string Show(TimeSpan time) => time switch
    {
        { TotalSeconds: >= 59.95 and < 60 } => "1 min 0 s",
        { TotalMilliseconds: < 0 } => "0 ms",
        { TotalMilliseconds: < 999.5 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 59.95 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Hours} h {time.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.Days} d {time.Hours} h"),
    };
}
