using System.Globalization;
using System.Text;

namespace Gantry.Toml.Parsing;

/// <summary>Pieces of the source as messages show them: short, on one line, nothing invisible.</summary>
internal static class Excerpt
{
    private const int MaxLength = 40;

    /// <summary>In quotes, as it stands in the text.</summary>
    public static string Quote(ReadOnlySpan<char> text) => text.Contains('"') ? $"'{Of(text)}'" : $"\"{Of(text)}\"";

    public static string Of(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= MaxLength)
            {
                return shown.Append('…').ToString();
            }

            _ = IsVisible(rune) ? shown.Append(rune) : shown.Append(CultureInfo.InvariantCulture, $"<U+{rune.Value:X4}>");
        }

        return shown.ToString();
    }

    /// <summary>The text as somebody would have to write it to mean a string.</summary>
    public static string AsString(ReadOnlySpan<char> text) =>
        text.IndexOfAny('"', '\\') < 0 ? $"\"{Of(text)}\""
        : text.Contains('\'') ? $"'''{Of(text)}'''"
        : $"'{Of(text)}'";

    /// <summary>One character: itself in quotes where it can be seen, its number where not.</summary>
    public static string Character(ReadOnlySpan<char> text)
    {
        _ = Rune.DecodeFromUtf16(text, out var rune, out _);
        return !IsVisible(rune) ? $"U+{rune.Value:X4}" : rune.Value == '"' ? "'\"'" : $"\"{rune}\"";
    }

    /// <summary>A key as it would be written: bare where it may be.</summary>
    public static string Key(string key) => key.Length > 0 && !key.AsSpan().ContainsAnyExcept(Characters.Bare) ? Of(key) : AsString(key);

    /// <summary>A dotted key as it would be written; of a very long one its end.</summary>
    public static string Path(IReadOnlyList<KeyPart> keys)
    {
        const int MaxParts = 4;
        var path = string.Join('.', keys.TakeLast(MaxParts).Select(key => Key(key.Name)));
        return keys.Count > MaxParts ? "…" + path : path;
    }

    /// <summary>A dotted key in quotes: in its own if it has any.</summary>
    public static string Name(IReadOnlyList<KeyPart> keys)
    {
        var path = Path(keys);
        return path.AsSpan().ContainsAny('"', '\'') ? path : $"\"{path}\"";
    }

    /// <summary>The first character that cannot be seen, as its number; null where there is none.</summary>
    public static string? Invisible(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsVisible(rune) && rune.Value != '\t')
            {
                return $"U+{rune.Value:X4}";
            }
        }

        return null;
    }

    public static string WithArticle(string typeName) =>
        typeName[0] is 'a' or 'e' or 'i' or 'o' ? $"an {typeName}" : $"a {typeName}";

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
        && (rune.Value == ' ' || Rune.GetUnicodeCategory(rune) != UnicodeCategory.SpaceSeparator);
}
