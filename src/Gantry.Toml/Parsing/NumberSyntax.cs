using System.Globalization;

namespace Gantry.Toml.Parsing;

/// <summary>Integers and floats.</summary>
internal static class NumberSyntax
{
    /// <summary>Whether somebody may have meant a number.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<char> token) =>
        token is "inf" or "nan" || (token.Length > 0 && (char.IsAsciiDigit(token[0]) || token[0] is '+' or '-'));

    /// <summary>
    /// Reads a whole token. Null with a fault where it is a number with a mistake in it; null without one where it is
    /// no number, such as <c>10s</c> or <c>1.2.3</c>.
    /// </summary>
    public static TomlValue? Read(ReadOnlySpan<char> token, TomlSpan span, out string? fault)
    {
        fault = null;
        var unsigned = token[0] is '+' or '-' ? token[1..] : token;
        if (unsigned is "inf" or "nan")
        {
            return new TomlFloat(unsigned is "nan" ? double.NaN : token[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity, span);
        }

        return unsigned is ['0', 'x' or 'o' or 'b' or 'X' or 'O' or 'B', ..]
            ? ReadWithPrefix(token, unsigned, span, out fault)
            : ReadDecimal(token, unsigned, span, out fault);
    }

    private static TomlInteger? ReadWithPrefix(ReadOnlySpan<char> token, ReadOnlySpan<char> unsigned, TomlSpan span, out string? fault)
    {
        var letter = char.ToLowerInvariant(unsigned[1]);
        var (radix, name) = letter switch
        {
            'x' => (16, "a hexadecimal"),
            'o' => (8, "an octal"),
            _ => (2, "a binary"),
        };
        var digits = unsigned[2..];
        fault = char.IsAsciiLetterUpper(unsigned[1]) ? $"{name} number begins with 0{letter} in lower case"
            : unsigned.Length < token.Length ? $"{name} number has no sign"
            : digits.IsEmpty ? $"{name} number needs digits after 0{letter}"
            : UnderscoreFault(digits);
        long value = 0;
        for (var position = 0; fault is null && position < digits.Length; position++)
        {
            var digit = digits[position];
            if (digit == '_')
            {
                continue;
            }

            var amount = Amount(digit);
            fault = amount >= radix ? $"{Excerpt.Character(digits[position..])} is not a digit of {name} number"
                : value > (long.MaxValue - amount) / radix ? TooLarge(token)
                : null;
            value = fault is null ? (value * radix) + amount : 0;
        }

        return fault is null ? new TomlInteger(value, span) : null;
    }

    private static int Amount(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => int.MaxValue,
    };

    private static TomlValue? ReadDecimal(ReadOnlySpan<char> token, ReadOnlySpan<char> unsigned, TomlSpan span, out string? fault)
    {
        fault = null;
        var rest = unsigned;
        var whole = TakeDigits(ref rest);
        var fraction = default(ReadOnlySpan<char>);
        var exponent = default(ReadOnlySpan<char>);
        var hasFraction = rest is ['.', ..];
        if (hasFraction)
        {
            rest = rest[1..];
            fraction = TakeDigits(ref rest);
        }

        var hasExponent = rest is ['e' or 'E', ..];
        if (hasExponent)
        {
            rest = rest is [_, '+' or '-', ..] ? rest[2..] : rest[1..];
            exponent = TakeDigits(ref rest);
        }

        if (!rest.IsEmpty || whole.IsEmpty)
        {
            return null;
        }

        fault = UnderscoreFault(whole)
            ?? (hasFraction ? fraction.IsEmpty ? "a float has digits on both sides of its point" : UnderscoreFault(fraction) : null)
            ?? (hasExponent ? exponent.IsEmpty ? "an exponent needs digits" : UnderscoreFault(exponent) : null)
            ?? (whole.Length > 1 && whole[0] == '0' ? "a number has no leading zeros: remove them, or write 0o755 for an octal number" : null);
        if (fault is not null)
        {
            return null;
        }

        var plain = token.Contains('_') ? token.ToString().Replace("_", "", StringComparison.Ordinal) : token;
        return hasFraction || hasExponent ? ReadFloat(plain, span, out fault) : ReadInteger(plain, span, out fault);
    }

    private static TomlInteger? ReadInteger(ReadOnlySpan<char> plain, TomlSpan span, out string? fault)
    {
        var fits = long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        fault = fits ? null : TooLarge(plain);
        return fits ? new TomlInteger(value, span) : null;
    }

    private static TomlFloat? ReadFloat(ReadOnlySpan<char> plain, TomlSpan span, out string? fault)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        fault = null;
        if (!double.TryParse(plain, Style, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        // The grammar allows it, but nobody who writes such a number wants infinity.
        fault = double.IsInfinity(value) ? $"{Excerpt.Of(plain)} is too large for a float of 64 bits" : null;
        return fault is null ? new TomlFloat(value, span) : null;
    }

    private static ReadOnlySpan<char> TakeDigits(scoped ref ReadOnlySpan<char> rest)
    {
        var length = rest.IndexOfAnyExcept(Characters.DecimalDigits);
        var digits = length < 0 ? rest : rest[..length];
        rest = rest[digits.Length..];
        return digits;
    }

    private static string? UnderscoreFault(ReadOnlySpan<char> digits) =>
        digits is ['_', ..] or [.., '_'] || digits.Contains("__", StringComparison.Ordinal)
            ? "an underscore stands between two digits"
            : null;

    private static string TooLarge(ReadOnlySpan<char> token) =>
        $"{Excerpt.Of(token)} is too large: integers go from -9223372036854775808 to 9223372036854775807";
}
