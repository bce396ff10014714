using System.Collections.Immutable;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gantry.Daemon.Configuration;
using Xunit;

namespace Gantry.Tests.Configuration;

public sealed class DotEnvTests
{
    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("A = 1", "1")]
    [InlineData("  A=1  ", "1")]
    [InlineData("export A=1", "1")]
    [InlineData("export\tA=1", "1")]
    [InlineData("A=", "")]
    [InlineData("A=  # nothing", "")]
    [InlineData("A=a b c", "a b c")]
    [InlineData("A=a # comment", "a")]
    [InlineData("A=a#b", "a#b")]
    [InlineData("A=#b", "")]
    [InlineData("A='a # b'", "a # b")]
    [InlineData("A='a\\nb$X'", "a\\nb$X")]
    [InlineData("A=\"a\\nb\\t\\\"\\\\\\$\"", "a\nb\t\"\\$")]
    [InlineData("A=\"C:\\dir\"", "C:\\dir")]
    [InlineData("A=\"one\ntwo\r\nthree\"", "one\ntwo\nthree")]
    [InlineData("A=\"\" # empty", "")]
    [InlineData("A=it's", "it's")]
    [InlineData("A=${B} $C", "${B} $C")]
    [InlineData("A=x=y", "x=y")]
    [InlineData("A=1\r\n", "1")]
    [InlineData("\ufeffA=1", "1")]
    [InlineData("# comment\n\n   # more\nA=1", "1")]
    [InlineData("A=1\nA=2", "2")]
    [InlineData("A=\"😀\"", "😀")]
    public void A_line_is_a_name_and_a_value(string text, string expected)
    {
        var (variables, faults) = Parse(text);
        Assert.Equal("", faults);
        Assert.Equal(("A", expected), (variables[^1].Name, variables[^1].Value));
    }

    [Theory]
    [InlineData("A", ".env:1:2: error: expected NAME=value")]
    [InlineData("A: 1", ".env:1:2: error: expected NAME=value")]
    [InlineData("=1", ".env:1:1: error: expected NAME=value")]
    [InlineData("1A=1", ".env:1:1: error: expected NAME=value")]
    [InlineData("\n  A B=1", ".env:2:5: error: expected NAME=value")]
    [InlineData("export A", ".env:1:9: error: expected NAME=value")]
    [InlineData("A='x", ".env:1:3: error: a value in single quotes ends on its line")]
    [InlineData("😀", ".env:1:1: error: expected NAME=value")]
    [InlineData("A=\"x\nB=2", ".env:1:3: error: a value in double quotes is not closed")]
    [InlineData("A=\"😀\"x", ".env:1:6: error: nothing but a comment may follow the closing quote")]
    [InlineData("A=\"1\n2\"\nB", ".env:3:2: error: expected NAME=value")]
    public void A_fault_has_its_place(string text, string expected) => Assert.StartsWith(expected, Parse(text).Faults, StringComparison.Ordinal);

    [Fact]
    public void Reading_goes_on_after_a_fault()
    {
        var (variables, faults) = Parse("A='x\nB=2\nC=\"y\nD=4\n");
        Assert.Equal(["B", "D"], variables.Select(variable => variable.Name));
        Assert.Equal(2, faults.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_a_fault() => Assert.Contains("UTF-8", Parse([(byte)'A', (byte)'=', 0xff]).Faults, StringComparison.Ordinal);

    [Fact]
    public void Any_value_in_double_quotes_with_its_escapes_reads_back() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<NonNull<string>>().Where(text => !text.Get.Contains('\0', StringComparison.Ordinal) && !text.Get.Any(char.IsSurrogate)).ToArbitrary(),
        text =>
        {
            var escaped = text.Get.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
            var (variables, faults) = Parse($"A=\"{escaped}\"\nB=1\n");
            return faults.Length == 0 && variables[0].Value == text.Get && variables[1].Value == "1";
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_bytes_make_it_throw() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<byte[]>().ToArbitrary(),
        bytes => Parse(bytes).Faults is not null).QuickCheckThrowOnFailure();

    private static (ImmutableArray<DotEnvVariable> Variables, string Faults) Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    private static (ImmutableArray<DotEnvVariable> Variables, string Faults) Parse(byte[] bytes)
    {
        var diagnostics = new DiagnosticList();
        var variables = DotEnv.Parse(bytes, ".env", diagnostics);
        return (variables, string.Concat(diagnostics.InOrder().Select(d => $"{d}\n")));
    }
}
