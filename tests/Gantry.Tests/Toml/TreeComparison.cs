using Gantry.Toml;

namespace Gantry.Tests.Toml;

/// <summary>Compares trees of values by what they mean: places, and the order of keys, do not count.</summary>
internal static class TreeComparison
{
    /// <summary>The first difference, with the path to it; null where there is none.</summary>
    public static string? Difference(TomlValue expected, TomlValue actual, string path = "$") => (expected, actual) switch
    {
        (TomlTable left, TomlTable right) => TableDifference(left, right, path),
        (TomlArray left, TomlArray right) => left.Items.Count != right.Items.Count
            ? $"{path}: {right.Items.Count} items instead of {left.Items.Count}"
            : left.Items.Zip(right.Items).Select((pair, index) => Difference(pair.First, pair.Second, $"{path}[{index}]")).FirstOrDefault(found => found is not null),
        _ => IsSame(expected, actual) ? null : $"{path}: {actual} instead of {expected}",
    };

    private static string? TableDifference(TomlTable expected, TomlTable actual, string path)
    {
        foreach (var entry in expected.Entries)
        {
            var difference = actual.Find(entry.Key) is { } found
                ? Difference(entry.Value, found.Value, $"{path}.{entry.Key}")
                : $"{path}.{entry.Key} is missing";
            if (difference is not null)
            {
                return difference;
            }
        }

        return actual.Entries.Count == expected.Entries.Count ? null : $"{path}: {actual.Entries.Count} keys instead of {expected.Entries.Count}";
    }

    private static bool IsSame(TomlValue expected, TomlValue actual) => (expected, actual) switch
    {
        (TomlFloat left, TomlFloat right) => BitConverter.DoubleToInt64Bits(left.Value) == BitConverter.DoubleToInt64Bits(right.Value)
            || (double.IsNaN(left.Value) && double.IsNaN(right.Value)),
        (TomlOffsetDateTime left, TomlOffsetDateTime right) => left.Value.EqualsExact(right.Value),
        _ => expected.GetType() == actual.GetType() && expected with { Span = default } == actual with { Span = default },
    };
}
