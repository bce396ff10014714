namespace Gantry.Daemon.Configuration;

/// <summary>What somebody probably meant to type.</summary>
internal static class Suggestion
{
    private const int LeastBeginning = 3;

    /// <summary>The candidate nearest to the word, or null where none is near: one slip in short words, three in long ones. The only one that it begins is the nearest.</summary>
    public static string? Closest(string word, IEnumerable<string> candidates)
    {
        var known = candidates.ToList();
        if (word.Length >= LeastBeginning && known.Where(candidate => candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Distinct().Take(2).ToList() is [var only])
        {
            return only;
        }

        var allowed = word.Length switch { <= 4 => 1, <= 6 => 2, _ => 3 };
        return known
            .Select(candidate => (candidate, distance: Distance(word, candidate, allowed)))
            .Where(pair => pair.distance <= allowed && pair.distance < pair.candidate.Length)
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    /// <summary>The help that goes with an unknown name: the likely one, else the list of all where it is short.</summary>
    public static string? Help(string word, IReadOnlyCollection<string> candidates, string what)
    {
        const int ShortList = 12;
        if (Closest(word, candidates) is { } closest)
        {
            return $"did you mean \"{closest}\"?";
        }

        return candidates.Count is > 0 and <= ShortList ? $"{what}: {string.Join(", ", candidates)}" : null;
    }

    /// <summary>
    /// The optimal string alignment distance (insertions, deletions, substitutions and swaps of neighbours), letters
    /// compared without case and <c>-</c> equal to <c>_</c>. Beyond the limit any larger number may be given.
    /// </summary>
    private static int Distance(string first, string second, int limit)
    {
        // Names are short; what is not is no slip of anybody's fingers.
        if (Math.Abs(first.Length - second.Length) > limit)
        {
            return limit + 1;
        }

        var beforeLast = new int[second.Length + 1];
        var last = Enumerable.Range(0, second.Length + 1).ToArray();
        var current = new int[second.Length + 1];
        for (var i = 1; i <= first.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= second.Length; j++)
            {
                var cost = Same(first[i - 1], second[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1] + 1, last[j] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(first[i - 1], second[j - 2]) && Same(first[i - 2], second[j - 1]))
                {
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return last[second.Length];
    }

    private static bool Same(char first, char second) => Fold(first) == Fold(second);

    private static char Fold(char c) => c == '-' ? '_' : char.ToLowerInvariant(c);
}
