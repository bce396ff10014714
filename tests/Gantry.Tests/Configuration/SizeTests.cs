using FsCheck;
using FsCheck.Fluent;
using Gantry.Daemon.Configuration.Types;
using Xunit;

namespace Gantry.Tests.Configuration;

public sealed class SizeTests
{
    [Theory]
    [InlineData("512MiB", 536_870_912)]
    [InlineData("512Mi", 536_870_912)]
    [InlineData("512 mib", 536_870_912)]
    [InlineData("1GB", 1_000_000_000)]
    [InlineData("1G", 1_000_000_000)]
    [InlineData("64k", 64_000)]
    [InlineData("64kB", 64_000)]
    [InlineData("64KiB", 65_536)]
    [InlineData("1.5GiB", 1_610_612_736)]
    [InlineData("2TiB", 2_199_023_255_552)]
    [InlineData("100B", 100)]
    [InlineData("0.5B", 0)]
    public void A_size_is_a_number_with_a_unit(string text, long bytes)
    {
        Assert.True(Sizes.TryRead(text, out var value, out _));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("512")]
    [InlineData("MiB")]
    [InlineData("-1MiB")]
    [InlineData("1iB")]
    [InlineData("1i")]
    [InlineData("1MiBB")]
    [InlineData("1  MiB")]
    [InlineData("1MiB\n")]
    [InlineData("1PB")]
    [InlineData("1bit")]
    [InlineData("999999999999999TiB")]
    public void Anything_else_is_none(string text) => Assert.False(Sizes.TryRead(text, out _, out _));

    [Fact]
    public void What_is_written_reads_back() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<int>().SelectMany(_ => Gen.Choose(0, 40), (seed, shift) => (Math.Abs((long)seed) % 100_000) << (shift % 30)).ToArbitrary(),
        bytes => Sizes.TryRead(Sizes.Write(bytes), out var back, out _) && back == bytes).QuickCheckThrowOnFailure();
}
