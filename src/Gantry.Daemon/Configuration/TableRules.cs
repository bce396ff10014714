namespace Gantry.Daemon.Configuration;

/// <summary>What holds between the keys of one table, and what to say of a key that is none of them.</summary>
internal static class TableRules
{
    public static void Check<T>(TableType<T> type, T bound, string path, Binding binding)
        where T : Section
    {
        CheckExactlyOne(type, bound, path, binding);
        foreach (var key in type.Keys.Where(key => bound.Has(key.Name) && !key.Facets.Beside.IsEmpty))
        {
            // Where none of the alternatives stands at all, that alone is the fault.
            var judged = type.ExactlyOne.IsEmpty || type.ExactlyOne.Any(bound.Has);
            if (judged && !key.Facets.Beside.Any(bound.Has) && !binding.MayBeLost(key.Facets.Beside))
            {
                binding.Diagnostics.Error(
                    bound.Written[key.Name],
                    $"{path}.{key.Name} is only for {type.Noun} with {Words(key.Facets.Beside)}");
            }
        }
    }

    /// <summary>The key that somebody meant who wrote one that there is not: what other tools call it, or what is spelt nearly so.</summary>
    public static string? Meant<T>(TableType<T> type, string name)
        where T : Section
    {
        var folded = name.Replace("-", "_", StringComparison.Ordinal);
        return type.Keys.FirstOrDefault(key => key.Facets.Synonyms.Contains(folded, StringComparer.OrdinalIgnoreCase))?.Name
            ?? Suggestion.Closest(name, Names(type));
    }

    public static string KnownKeys<T>(TableType<T> type)
        where T : Section
    {
        const int ShortList = 12;
        var names = Names(type).ToArray();
        return names.Length <= ShortList ? $"known keys: {string.Join(", ", names)}" : "\"gantry config schema\" prints every key";
    }

    private static IEnumerable<string> Names<T>(TableType<T> type)
        where T : Section => type.Keys.Where(key => !key.IsLater).SelectMany(key => key.Facets.Aliases.Prepend(key.Name));

    private static void CheckExactlyOne<T>(TableType<T> type, T bound, string path, Binding binding)
        where T : Section
    {
        if (type.ExactlyOne.IsEmpty)
        {
            return;
        }

        var given = type.ExactlyOne.Where(bound.Has).ToArray();
        if (given.Length == 0)
        {
            if (!bound.Misspelt.Any(name => type.ExactlyOne.Contains(name)) && !binding.MayBeLost(type.ExactlyOne))
            {
                binding.Diagnostics.Error(bound.Place, $"{path}: {type.Noun} needs {Words(type.ExactlyOne)}");
            }

            return;
        }

        var goTogether = given.Length == 2 && type.Together is { } pair && given.Contains(pair.First) && given.Contains(pair.Second);
        if (given.Length > 1 && !goTogether)
        {
            // The place of the later one: it is the one that came too many.
            var last = given.OrderBy(name => bound.Written[name].Line).ThenBy(name => bound.Written[name].Column).Last();
            binding.Diagnostics.Error(bound.Written[last], $"{path} has {string.Join(" and ", given)}: {type.Noun} takes exactly one of {Words(type.ExactlyOne)}");
        }
    }

    private static string Words(IReadOnlyCollection<string> names) => names.Count == 1
        ? names.First()
        : $"{string.Join(", ", names.SkipLast(1))} or {names.Last()}";
}
