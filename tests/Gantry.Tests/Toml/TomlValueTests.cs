using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Toml;

/// <summary>What the corpus leaves open: the borders of .NET's types, and the record types themselves.</summary>
public sealed class TomlValueTests
{
    [Fact]
    public void Digits_beyond_a_tenth_of_a_microsecond_are_cut_off() =>
        Assert.Equal(new TimeOnly(0, 0, 0).Add(TimeSpan.FromTicks(9_999_999)), Value<TomlLocalTime>("00:00:00.999999999999").Value);

    [Fact]
    public void A_leap_second_is_the_last_moment_of_its_minute()
    {
        var expected = new DateTimeOffset(2016, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(9_999_999);
        Assert.Equal(expected, Value<TomlOffsetDateTime>("2016-12-31T23:59:60Z").Value);
        Assert.Equal(expected, Value<TomlOffsetDateTime>("2016-12-31T23:59:60.5Z").Value);
    }

    [Fact]
    public void An_offset_beyond_fourteen_hours_keeps_its_instant()
    {
        var value = Value<TomlOffsetDateTime>("1979-05-27T07:00:00+23:59").Value;
        Assert.True(value.EqualsExact(new DateTimeOffset(1979, 5, 26, 7, 1, 0, TimeSpan.Zero)), $"{value:o}");
    }

    [Theory]
    [InlineData("0000-01-01", "year 0000 is not supported: years go from 0001 to 9999")]
    [InlineData("0001-01-01T00:00:00+00:01", "this instant is outside of the years 1 to 9999 in UTC")]
    [InlineData("9999-12-31T23:59:59-00:01", "this instant is outside of the years 1 to 9999 in UTC")]
    [InlineData("1e999", "1e999 is too large for a float of 64 bits")]
    [InlineData("9223372036854775808", "9223372036854775808 is too large: integers go from -9223372036854775808 to 9223372036854775807")]
    [InlineData("-9223372036854775809", "-9223372036854775809 is too large: integers go from -9223372036854775808 to 9223372036854775807")]
    [InlineData("0x8000000000000000", "0x8000000000000000 is too large: integers go from -9223372036854775808 to 9223372036854775807")]
    public void What_dotnet_cannot_hold_is_refused_by_name(string value, string message) =>
        Assert.Equal(message, Assert.Single(TomlDocument.Parse($"k = {value}").Errors).Message);

    [Theory]
    [InlineData("0x7FFFFFFFFFFFFFFF", long.MaxValue)]
    [InlineData("0x0000_0000_0000_0000_0000_ffff", 65535)]
    [InlineData("-9_223_372_036_854_775_808", long.MinValue)]
    [InlineData("0b111111111111111111111111111111111111111111111111111111111111111", long.MaxValue)]
    [InlineData("0o777777777777777777777", long.MaxValue)]
    [InlineData("-0", 0)]
    public void Integers_use_all_of_their_range(string value, long expected) => Assert.Equal(expected, Value<TomlInteger>(value).Value);

    [Fact]
    public void Large_tables_find_every_key()
    {
        var keys = Enumerable.Range(0, 1000).Select(number => $"key-{number}").ToList();
        var table = TomlDocument.Parse(string.Concat(keys.Select(key => $"{key} = '{key}'\n"))).Root;
        Assert.All(keys, key => Assert.Equal(key, ((TomlString)table.Find(key)!.Value).Value));
        Assert.Null(table.Find("key-1000"));
    }

    [Fact]
    public void A_table_made_by_hand_finds_its_keys_too()
    {
        var entry = new TomlEntry("a", default, new TomlBoolean(true, default));
        var parsed = TomlDocument.Parse("b = 1").Root;
        Assert.Same(entry, new TomlTable([entry], default).Find("a"));
        Assert.Null((parsed with { Entries = [entry] }).Find("b"));
        Assert.Same(entry, (parsed with { Entries = [entry] }).Find("a"));
    }

    [Theory]
    [InlineData("'a'", "string")]
    [InlineData("1", "integer")]
    [InlineData("1.0", "float")]
    [InlineData("true", "boolean")]
    [InlineData("1979-05-27T07:32:00Z", "offset date-time")]
    [InlineData("1979-05-27T07:32:00", "local date-time")]
    [InlineData("1979-05-27", "local date")]
    [InlineData("07:32:00", "local time")]
    [InlineData("[]", "array")]
    [InlineData("{}", "table")]
    public void Types_are_called_as_the_specification_calls_them(string value, string name) =>
        Assert.Equal(name, Value<TomlValue>(value).TypeName);

    private static T Value<T>(string text)
        where T : TomlValue
    {
        var document = TomlDocument.Parse($"k = {text}");
        Assert.Empty(document.Errors);
        return Assert.IsAssignableFrom<T>(document.Root.Find("k")!.Value);
    }
}
