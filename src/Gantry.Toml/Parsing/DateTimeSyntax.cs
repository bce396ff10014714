namespace Gantry.Toml.Parsing;

/// <summary>Dates and times, as in RFC 3339 (section 5.6) with the parts that TOML lets one leave out.</summary>
internal static partial class DateTimeSyntax
{
    private static readonly TimeSpan MaxOffset = TimeSpan.FromHours(14);

    /// <summary>Whether somebody may have meant a date or a time: digits, and then "-" or ":" and a digit.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<char> token)
    {
        var digits = token.IndexOfAnyExceptInRange('0', '9');
        return digits > 0 && digits + 1 < token.Length && token[digits] is '-' or ':' && char.IsAsciiDigit(token[digits + 1])
            && (token[digits] == '-' || digits <= 2);
    }

    /// <summary>Reads a whole token; null with a fault where it is not a date or a time.</summary>
    public static TomlValue? Read(ReadOnlySpan<char> token, TomlSpan span, TomlVersion version, out string? fault)
    {
        var rest = token;
        if (token.IndexOf(':') is 1 or 2)
        {
            fault = ReadTime(ref rest, version, OrText, out var onlyTime) ?? Unexpected(rest);
            return fault is null ? new TomlLocalTime(onlyTime, span) : null;
        }

        fault = ReadDate(ref rest, out var date);
        if (fault is not null)
        {
            return null;
        }

        if (rest.IsEmpty)
        {
            return new TomlLocalDate(date, span);
        }

        if (rest[0] is not ('T' or 't' or ' '))
        {
            fault = "between date and time stands \"T\" or a space: 1979-05-27T07:32:00";
            return null;
        }

        rest = rest[1..];
        fault = ReadTime(ref rest, version, "", out var time);
        if (fault is not null)
        {
            return null;
        }

        var local = date.ToDateTime(time);
        if (rest.IsEmpty)
        {
            return new TomlLocalDateTime(local, span);
        }

        fault = ReadOffset(ref rest, out var offset) ?? Unexpected(rest);
        return fault is null ? AtOffset(local, offset, span, out fault) : null;
    }

    private static TomlOffsetDateTime? AtOffset(DateTime local, TimeSpan offset, TomlSpan span, out string? fault)
    {
        var ticks = local.Ticks - offset.Ticks;
        fault = ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks
            ? "this instant is outside of the years 1 to 9999 in UTC"
            : null;
        return fault is not null ? null
            : new TomlOffsetDateTime(
                offset.Duration() <= MaxOffset ? new DateTimeOffset(local, offset) : new DateTimeOffset(ticks, TimeSpan.Zero), span);
    }
}
