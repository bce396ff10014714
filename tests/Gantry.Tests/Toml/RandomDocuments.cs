using FsCheck;
using FsCheck.Fluent;
using Gantry.Toml;

namespace Gantry.Tests.Toml;

/// <summary>Random trees of values for FsCheck; their spans mean nothing.</summary>
internal static class RandomDocuments
{
    private static readonly string[] Pieces =
    [
        "a", "Z", "7", "_", "-", ".", " ", "  ", "\t", "\n", "\r\n", "\r", "\"", "\"\"\"", "'", "'''", "\\", "\\n", "#", "=", "[", "]", "{", "}", ",",
        "é", "漢字", "😀", "\u0000", "\u0007", "\u001B", "\u007F", "\u0085", "\uFEFF", "\uFFFD", "true", "1979-05-27",
    ];

    private static readonly double[] Floats =
    [
        0, -0.0, 1, -1, 0.1, -273.15, 1e300, -1e-300, double.Epsilon, double.MaxValue, double.MinValue,
        double.PositiveInfinity, double.NegativeInfinity, double.NaN, 1e16, 123456789.123,
    ];

    public static Arbitrary<TomlTable> Tables { get; } = Arb.From(Gen.Sized(size => Table(Math.Min(size, 40))), Shrink);

    private static Gen<string> Text { get; } =
        from length in Gen.Frequency((4, Gen.Choose(0, 4)), (1, Gen.Choose(0, 40)))
        from pieces in Gen.Elements(Pieces).ArrayOf(length)
        select string.Concat(pieces);

    private static Gen<string> Key { get; } = Gen.Frequency(
        (5, from number in Gen.Choose(0, 30) select $"key-{number}"),
        (1, Gen.Elements("0", "-", "_", "true", "1979-05-27", "", " ", "a.b")),
        (1, Text));

    private static Gen<long> Integer { get; } = Gen.OneOf(
        Gen.Choose(-1000, 1000).Select(number => (long)number),
        Gen.Elements(long.MinValue, long.MaxValue, 0, -1, int.MaxValue, 0xDEADBEEF),
        from high in Gen.Choose(int.MinValue, int.MaxValue) from low in Gen.Choose(0, int.MaxValue) select ((long)high << 31) | (uint)low);

    private static Gen<double> Float { get; } = Gen.OneOf(
        Gen.Elements(Floats),
        Integer.Select(BitConverter.Int64BitsToDouble),
        Gen.Choose(-1_000_000, 1_000_000).Select(number => number / 1000.0));

    private static Gen<long> DayTicks { get; } =
        from second in Gen.Choose(0, 86399)
        from fraction in Gen.Elements(0, 0, 0, 5_000_000, 1_230_000, 1, 9_999_999)
        select (second * TimeSpan.TicksPerSecond) + fraction;

    private static Gen<DateOnly> Date { get; } = Gen.OneOf(
        Gen.Choose(0, DateOnly.MaxValue.DayNumber).Select(DateOnly.FromDayNumber),
        Gen.Elements(DateOnly.MinValue, DateOnly.MaxValue, new DateOnly(2024, 2, 29)));

    // Not the first and last days of the calendar: with an offset they may lie outside of it.
    private static Gen<DateTimeOffset> Instant { get; } =
        from date in Gen.Choose(1, DateOnly.MaxValue.DayNumber - 1)
        from ticks in DayTicks
        from offset in Gen.OneOf(Gen.Elements(0, -840, 840), Gen.Choose(-840, 840))
        select new DateTimeOffset(DateOnly.FromDayNumber(date).ToDateTime(default).AddTicks(ticks), TimeSpan.FromMinutes(offset));

    private static Gen<TomlValue> Scalar { get; } = Gen.OneOf(
        Text.Select(value => (TomlValue)new TomlString(value, default)),
        Integer.Select(value => (TomlValue)new TomlInteger(value, default)),
        Float.Select(value => (TomlValue)new TomlFloat(value, default)),
        Gen.Elements(true, false).Select(value => (TomlValue)new TomlBoolean(value, default)),
        Instant.Select(value => (TomlValue)new TomlOffsetDateTime(value, default)),
        from date in Date from ticks in DayTicks select (TomlValue)new TomlLocalDateTime(date.ToDateTime(new TimeOnly(ticks)), default),
        Date.Select(value => (TomlValue)new TomlLocalDate(value, default)),
        DayTicks.Select(value => (TomlValue)new TomlLocalTime(new TimeOnly(value), default)));

    private static Gen<TomlTable> Table(int size) =>
        from count in Gen.Choose(0, Math.Min(size, 12))
        from keys in Key.ArrayOf(count)
        from values in Value(count == 0 ? 0 : size / count).ArrayOf(count)
        select new TomlTable([.. keys.Zip(values).DistinctBy(pair => pair.First).Select(pair => new TomlEntry(pair.First, default, pair.Second))], default);

    private static Gen<TomlValue> Value(int size) => size <= 0
        ? Scalar
        : Gen.Frequency(
            (3, Scalar),
            (2, Table(size).Select(table => (TomlValue)table)),
            (1, Array(size, Value)),
            (1, Array(size, itemSize => Table(itemSize).Select(table => (TomlValue)table))));

    private static Gen<TomlValue> Array(int size, Func<int, Gen<TomlValue>> item) =>
        from count in Gen.Choose(0, Math.Min(size, 5))
        from items in item(count == 0 ? 0 : (size / count) - 1).ArrayOf(count)
        select (TomlValue)new TomlArray(items, default);

    /// <summary>Each table with one entry less, at every depth.</summary>
    private static IEnumerable<TomlTable> Shrink(TomlTable table)
    {
        for (var position = 0; position < table.Entries.Count; position++)
        {
            var entry = table.Entries[position];
            yield return table with { Entries = [.. table.Entries.Where(other => other != entry)] };
            IEnumerable<TomlValue> smaller = entry.Value switch
            {
                TomlTable inner => Shrink(inner),
                TomlArray array => array.Items.Select((_, index) => array with { Items = [.. array.Items.Where((_, other) => other != index)] }),
                _ => [],
            };
            foreach (var value in smaller)
            {
                yield return table with { Entries = [.. table.Entries.Select(other => other == entry ? entry with { Value = value } : other)] };
            }
        }
    }
}
