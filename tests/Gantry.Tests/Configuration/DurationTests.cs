using FsCheck;
using FsCheck.Fluent;
using Gantry.Daemon.Configuration.Types;
using Xunit;

namespace Gantry.Tests.Configuration;

public sealed class DurationTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1d2h3m4s5ms", 93_784_005)]
    [InlineData("0s", 0)]
    [InlineData("0ms", 0)]
    [InlineData("1.5s", 1_500)]
    [InlineData("0.5h", 1_800_000)]
    [InlineData("90m", 5_400_000)]
    public void A_duration_is_numbers_with_units(string text, double milliseconds)
    {
        Assert.True(Durations.TryRead(text, out var value, out _));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1 s")]
    [InlineData(" 1s")]
    [InlineData("1s\n")]
    [InlineData("1S")]
    [InlineData("1s1m")]
    [InlineData("1s1s")]
    [InlineData("1us")]
    [InlineData("1sec")]
    [InlineData(".5s")]
    [InlineData("5.s")]
    [InlineData("1,5s")]
    [InlineData("١s")]
    [InlineData("999999999d")]
    [InlineData("9999999999s")]
    public void Anything_else_is_none(string text) => Assert.False(Durations.TryRead(text, out _, out _));

    [Fact]
    public void What_is_written_reads_back() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<int>().Select(seed => TimeSpan.FromMilliseconds(Math.Abs((long)seed) * 7919)).ToArbitrary(),
        duration => Durations.TryRead(Durations.Write(duration), out var back, out _) && back == duration).QuickCheckThrowOnFailure();
}
