using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>
/// Durations as text: numbers with the units <c>d</c>, <c>h</c>, <c>m</c>, <c>s</c> and <c>ms</c>, from the largest to the
/// smallest and each at most once: <c>500ms</c>, <c>10s</c>, <c>1m30s</c>, <c>0.5h</c>, <c>0s</c>. Numbers may have a
/// fraction. Without a unit nothing is a duration, not even zero.
/// </summary>
internal static partial class Durations
{
    public const string Pattern = @"^(?=[0-9])([0-9]{1,9}(\.[0-9]{1,9})?d)?([0-9]{1,9}(\.[0-9]{1,9})?h)?([0-9]{1,9}(\.[0-9]{1,9})?m)?([0-9]{1,9}(\.[0-9]{1,9})?s)?([0-9]{1,9}(\.[0-9]{1,9})?ms)?$";

    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    public static ConfigType<TimeSpan> Between(TimeSpan minimum, TimeSpan maximum) => new FormType<TimeSpan>(
        $"duration {Write(minimum)}–{Write(maximum)}",
        $"a duration from {Write(minimum)} to {Write(maximum)}, such as \"10s\" or \"1m30s\"",
        (string text, out TimeSpan value, out string? fault) => TryRead(text, out value, out fault) && value >= minimum && value <= maximum,
        Write,
        Pattern);

    public static bool TryRead(string text, out TimeSpan value, out string? fault)
    {
        value = TimeSpan.Zero;
        fault = null;
        if (!Whole().IsMatch(text) || text[^1] == '\n')
        {
            fault = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                ? $"add a unit: \"{text.Trim()}s\""
                : "units are d, h, m, s and ms, the largest first";
            return false;
        }

        // Nine digits of days are more than a TimeSpan holds: decimals add up without overflow and are judged once.
        var ticks = 0m;
        foreach (Match part in Part().Matches(text))
        {
            var unit = Units.First(known => known.Unit == part.Groups["unit"].Value);
            ticks += decimal.Parse(part.Groups["number"].Value, CultureInfo.InvariantCulture) * unit.Length.Ticks;
        }

        if (ticks > long.MaxValue)
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>The shortest form that reads back as the same duration, whole milliseconds assumed.</summary>
    public static string Write(TimeSpan value)
    {
        var text = new StringBuilder();
        var rest = value;
        foreach (var (unit, length) in Units)
        {
            var count = rest.Ticks / length.Ticks;
            if (count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
                rest -= length * count;
            }
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    [GeneratedRegex(Pattern)]
    private static partial Regex Whole();

    [GeneratedRegex(@"(?<number>[0-9.]+)(?<unit>ms|[dhms])")]
    private static partial Regex Part();
}
