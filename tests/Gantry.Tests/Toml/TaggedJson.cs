using System.Globalization;
using System.Text.Json;
using Gantry.Toml;

namespace Gantry.Tests.Toml;

/// <summary>
/// Compares a document with the corpus's tagged JSON, in which each scalar is <c>{"type": …, "value": …}</c> with the
/// value as text. Types and values must be the same, and so must the keys, whose order JSON does not keep.
/// </summary>
internal static class TaggedJson
{
    /// <summary>The first difference, with the path to it; null where there is none.</summary>
    public static string? Difference(JsonElement expected, TomlValue actual, string path = "$") => actual switch
    {
        TomlTable table => IsScalar(expected) ? $"{path}: a table instead of {expected}" : TableDifference(expected, table, path),
        TomlArray array => expected.ValueKind == JsonValueKind.Array ? ArrayDifference(expected, array, path) : $"{path}: an array instead of {expected}",
        _ => IsScalar(expected) ? ScalarDifference(expected, actual, path) : $"{path}: {actual} instead of {expected}",
    };

    private static bool IsScalar(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object
        && element.EnumerateObject().Count() == 2
        && element.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && element.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String;

    private static string? TableDifference(JsonElement expected, TomlTable table, string path)
    {
        if (expected.ValueKind != JsonValueKind.Object)
        {
            return $"{path}: a table instead of {expected}";
        }

        var unexpected = table.Entries.FirstOrDefault(entry => !expected.TryGetProperty(entry.Key, out _));
        if (unexpected is not null)
        {
            return $"{path}: the key {unexpected.Key} should not be there";
        }

        if (table.Entries.Count != expected.EnumerateObject().Count())
        {
            return $"{path}: {table.Entries.Count} keys instead of {expected.EnumerateObject().Count()}";
        }

        return table.Entries
            .Select(entry => Difference(expected.GetProperty(entry.Key), entry.Value, $"{path}.{entry.Key}"))
            .FirstOrDefault(difference => difference is not null);
    }

    private static string? ArrayDifference(JsonElement expected, TomlArray array, string path) =>
        expected.GetArrayLength() != array.Items.Count
            ? $"{path}: {array.Items.Count} items instead of {expected.GetArrayLength()}"
            : array.Items
                .Select((item, index) => Difference(expected[index], item, $"{path}[{index}]"))
                .FirstOrDefault(difference => difference is not null);

    private static string? ScalarDifference(JsonElement expected, TomlValue actual, string path)
    {
        var type = expected.GetProperty("type").GetString()!;
        var text = expected.GetProperty("value").GetString()!;
        var isSame = (type, actual) switch
        {
            ("string", TomlString value) => value.Value == text,
            ("bool", TomlBoolean value) => (value.Value ? "true" : "false") == text,
            ("integer", TomlInteger value) => value.Value.ToString(CultureInfo.InvariantCulture) == text,
            ("float", TomlFloat value) => IsSameFloat(text, value.Value),
            ("datetime", TomlOffsetDateTime value) => IsSameInstant(text, value.Value),
            ("datetime-local", TomlLocalDateTime value) => value.Value == DateTime.Parse(text, CultureInfo.InvariantCulture)
                && value.Value.Kind == DateTimeKind.Unspecified,
            ("date-local", TomlLocalDate value) => value.Value == DateOnly.Parse(text, CultureInfo.InvariantCulture),
            ("time-local", TomlLocalTime value) => value.Value == TimeOnly.Parse(text, CultureInfo.InvariantCulture),
            _ => false,
        };
        return isSame ? null : $"{path}: {actual} instead of {type} {text}";
    }

    private static bool IsSameFloat(string text, double actual)
    {
        var expected = text switch
        {
            "inf" or "+inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            "nan" or "+nan" or "-nan" => double.NaN,
            _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        };

        // By bits, so that -0 is not 0; all NaNs are one.
        return (double.IsNaN(expected) && double.IsNaN(actual))
            || BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual);
    }

    private static bool IsSameInstant(string text, DateTimeOffset actual)
    {
        var expected = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return actual.EqualsExact(expected);
    }
}
