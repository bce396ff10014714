namespace Gantry.Toml.Parsing;

/// <summary>Finds halves of surrogate pairs: a document consists of Unicode scalar values, and those are none.</summary>
internal static class Surrogates
{
    // Where there is one there are often many, and one cause.
    private const int MaxFaults = 10;

    public static void Check(string text, ErrorList errors)
    {
        var faults = 0;
        for (var at = Next(text, 0); at >= 0 && faults < MaxFaults;)
        {
            if (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]))
            {
                at = Next(text, at + 2);
                continue;
            }

            faults++;
            errors.AddLastOfLine(
                new TomlSpan(at, 1), $"half a surrogate pair (\\u{(int)text[at]:X4}) is not a character: remove it");
            at = Next(text, at + 1);
        }
    }

    private static int Next(string text, int from)
    {
        var next = text.AsSpan(from).IndexOfAnyInRange('\uD800', '\uDFFF');
        return next < 0 ? -1 : from + next;
    }
}
