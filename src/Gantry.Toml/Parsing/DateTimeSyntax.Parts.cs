using System.Globalization;

namespace Gantry.Toml.Parsing;

/// <summary>Date, time and offset, each read from the beginning of what is left of the token; the answer is a fault or null.</summary>
internal static partial class DateTimeSyntax
{
    // DateTime counts ticks of 100 ns.
    private const int FractionDigits = 7;

    // "80:80" and "1-2" need not be meant as times and dates.
    private const string OrText = "; text needs quotes";

    private static string? ReadDate(ref ReadOnlySpan<char> rest, out DateOnly date)
    {
        const string Form = "a date is written as 1979-05-27, with four digits for the year and two for month and day" + OrText;
        date = default;
        if (!TryTake(ref rest, 4, out var year) || !TryTake(ref rest, '-')
            || !TryTake(ref rest, 2, out var month) || !TryTake(ref rest, '-')
            || !TryTake(ref rest, 2, out var day))
        {
            return Form;
        }

        if (year is 0)
        {
            return "year 0000 is not supported: years go from 0001 to 9999";
        }

        if (month is 0 or > 12)
        {
            return $"month {month:00} does not exist: months go from 01 to 12";
        }

        var days = DateTime.DaysInMonth(year, month);
        if (day == 0 || day > days)
        {
            return $"day {day:00} does not exist: {year:0000}-{month:00} has the days 01 to {days}";
        }

        date = new DateOnly(year, month, day);
        return null;
    }

    private static string? ReadTime(ref ReadOnlySpan<char> rest, TomlVersion version, string hint, out TimeOnly time)
    {
        const string Form = "a time is written as 07:32:00, with two digits for hours, minutes and seconds";
        time = default;
        if (!TryTake(ref rest, 2, out var hour) || !TryTake(ref rest, ':') || !TryTake(ref rest, 2, out var minute))
        {
            return Form + hint;
        }

        int second = 0, fraction = 0;
        if (TryTake(ref rest, ':'))
        {
            if (!TryTake(ref rest, 2, out second))
            {
                return Form + hint;
            }

            if (TryTake(ref rest, '.') && !TryTakeFraction(ref rest, out fraction))
            {
                return "a point after the seconds needs digits after it: 07:32:00.5";
            }
        }
        else if (version == TomlVersion.Toml10)
        {
            return $"TOML 1.0 does not let a time leave out its seconds: write {hour:00}:{minute:00}:00";
        }

        if (hour > 23 || minute > 59 || second > 60)
        {
            return hour > 23 ? $"hour {hour} does not exist: hours go from 00 to 23{hint}"
                : minute > 59 ? $"minute {minute} does not exist: minutes go from 00 to 59{hint}"
                : $"second {second} does not exist: seconds go from 00 to 59, and 60 for a leap second";
        }

        // .NET has no leap seconds: the last moment of the minute keeps the order of events.
        var ticks = second == 60
            ? TimeSpan.TicksPerMinute - 1
            : (second * TimeSpan.TicksPerSecond) + fraction;
        time = new TimeOnly((hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute) + ticks);
        return null;
    }

    private static string? ReadOffset(ref ReadOnlySpan<char> rest, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (TryTake(ref rest, 'Z') || TryTake(ref rest, 'z'))
        {
            return null;
        }

        var isNegative = rest[0] == '-';
        if (rest[0] is not ('+' or '-'))
        {
            return Unexpected(rest);
        }

        rest = rest[1..];
        if (!TryTake(ref rest, 2, out var hours) || !TryTake(ref rest, ':') || !TryTake(ref rest, 2, out var minutes))
        {
            return "an offset is written as Z, +07:00 or -07:00";
        }

        if (hours > 23 || minutes > 59)
        {
            return "an offset goes from -23:59 to +23:59";
        }

        offset = new TimeSpan(isNegative ? -hours : hours, isNegative ? -minutes : minutes, 0);
        return null;
    }

    private static string? Unexpected(ReadOnlySpan<char> rest) =>
        rest.IsEmpty ? null : $"unexpected {Excerpt.Quote(rest)} after a date or time";

    private static bool TryTake(ref ReadOnlySpan<char> rest, char expected)
    {
        var isThere = rest.Length > 0 && rest[0] == expected;
        rest = isThere ? rest[1..] : rest;
        return isThere;
    }

    private static bool TryTake(ref ReadOnlySpan<char> rest, int digits, out int value)
    {
        value = 0;
        if (rest.Length < digits || rest[..digits].ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        value = int.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
        rest = rest[digits..];
        return true;
    }

    /// <summary>Ticks; the specification allows digits beyond the precision to be cut off.</summary>
    private static bool TryTakeFraction(ref ReadOnlySpan<char> rest, out int ticks)
    {
        var length = rest.IndexOfAnyExceptInRange('0', '9');
        length = length < 0 ? rest.Length : length;
        ticks = 0;
        for (var digit = 0; digit < FractionDigits; digit++)
        {
            ticks = (ticks * 10) + (digit < length ? rest[digit] - '0' : 0);
        }

        rest = rest[length..];
        return length > 0;
    }
}
