namespace Gantry.Toml.Parsing;

/// <summary>What to say about text that stands where a value should be and is none.</summary>
internal static class UnquotedText
{
    public static string Message(ReadOnlySpan<char> text)
    {
        var unsigned = text.TrimStart("+-");
        if (text[0] is '“' or '”' or '„' or '‘' or '’' or '«' or '»')
        {
            return "typographic quotation marks do not make a string: use \" or '";
        }

        if (!char.IsLetterOrDigit(text[0]) && (text.Length == 1 || text[0] is ',' or '=' or ']' or '}' or < ' '))
        {
            return $"expected a value, found {Excerpt.Character(text)}";
        }

        if (unsigned is ['.', >= '0' and <= '9', ..])
        {
            return $"a float has a digit before its point: write {Excerpt.Of($"{text[..^unsigned.Length]}0{unsigned}")}";
        }

        if (Excerpt.Invisible(text) is { } invisible)
        {
            return $"the invisible character {invisible} does not belong here: remove it";
        }

        // As lines end in other languages.
        if (text[^1] == ';' && !text.Contains(' '))
        {
            return "a line does not end with \";\": remove it";
        }

        return Word(text, unsigned) ?? $"a string needs quotes: write {Excerpt.AsString(text.TrimEnd(','))}";
    }

    private static string? Word(ReadOnlySpan<char> text, ReadOnlySpan<char> unsigned)
    {
        if (Is(text, "true") || Is(text, "false"))
        {
            return $"booleans are written in lower case: {(Is(text, "true") ? "true" : "false")}";
        }

        if (Is(text, "yes") || Is(text, "on") || Is(text, "no") || Is(text, "off"))
        {
            var meant = Is(text, "yes") || Is(text, "on") ? "true" : "false";
            return $"TOML has no \"{text}\": write {meant}, or {Excerpt.AsString(text)} for a string";
        }

        if (Is(text, "null") || Is(text, "nil") || Is(text, "none"))
        {
            return $"TOML has no \"{text}\": leave the key out, or write {Excerpt.AsString(text)} for a string";
        }

        return Is(unsigned, "inf") || Is(unsigned, "infinity") ? "infinity is written inf, +inf or -inf"
            : Is(unsigned, "nan") ? "not-a-number is written nan"
            : null;
    }

    private static bool Is(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
