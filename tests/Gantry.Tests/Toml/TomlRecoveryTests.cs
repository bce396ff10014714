using FsCheck;
using FsCheck.Fluent;
using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Toml;

/// <summary>Every fault of a text is found in one go, and none is reported twice.</summary>
public sealed class TomlRecoveryTests
{
    private static readonly string[] Faults =
    [
        "bad =", "bad", "= 1", "bad = hello world", "bad = \"open", "bad = 'open", "bad = 01", "bad = 1__0", "bad = [1, 2", "bad = [1 2]",
        "bad = [1,, 2]", "bad = [a, b]", "bad = [\"a, \"b\"]", "bad = {a = 1", "bad = {a 1}", "bad = {a = 1, a = 2}", "bad = {a = 1]", "bad = [1, 2}",
        "bad: 1", "bad: [\"a\"]", "b d = 1", "b d = [1, 2]", "bad = = 1", "bad = 1 2", "bad = 1 bad = 2", "bad = true,", "bad = True", "bad = \"\\q\"",
        "bad = 1979-13-01", "bad = 5s", "bad = 10.0.0.1", "bad. = 1", "bad..a = 1", "badé = 1", "bad = ]", "]", "bad = [[1, 2], [3", "bad = [{a = [1",
        "bad = \u0001", "bad = 1 # \u0001", "bad = \"\u0001\"", "good0 = 1", "good0.a = 1", "good1.x = 1", "// a comment", "\"bad = 1", "bad = \"\"\" a \"\"\" b",
    ];

    [Fact]
    public void Each_faulty_line_is_one_error_on_that_line_and_the_other_lines_are_read()
    {
        var faults = Gen.Elements(Faults).ListOf();
        var property = Prop.ForAll(Arb.From(faults), lines =>
        {
            var text = "good0 = 0\ngood1 = {}\n" + string.Concat(lines.Select((line, index) => $"{line.Replace("bad", $"bad{index}", StringComparison.Ordinal)}\nnext{index} = [\n  1,\n]\n"));
            var document = TomlDocument.Parse(text);
            var expected = lines.Select((_, index) => (index * 4) + 3);
            var found = document.Errors.Select(error => document.PositionOf(error.Span.Start).Line);
            return (expected.Take(TomlDocument.MaxErrors).SequenceEqual(found)
                    && Enumerable.Range(0, lines.Count).All(index => document.Root.Find($"next{index}")?.Value is TomlArray { Items.Count: 1 }))
                .Label($"{text}\n{string.Join('\n', document.Errors)}");
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(20), property);
    }

    [Theory]
    [InlineData("[a\nx = 1\n[b]\ny = 2", "1")]
    [InlineData("[[a]\nx = 1\n[b]\ny = 2", "1")]
    [InlineData("x = 0\n[]\nx = 1\n[b]\ny = 2", "2")]
    [InlineData("x = 0\n[a b]\nx = 1\n[b]\ny = 2", "2")]
    [InlineData("[a]\nx = 1\n[a]\nx = 2\nx.y = 3\nz = 4\n[b]\ny = 2", "3")]
    [InlineData("a = 1\n[a]\nx = 1\n[a.c]\nx = 1\n[b]\ny = 2", "2 4")]
    [InlineData("[[a]]\nx = 1\n[a]\nx = 1\n[b]\ny = 2", "3")]
    [InlineData("a = [\n  1,\n  2\n[b]\ny = 2", "1")]
    [InlineData("a = [\n  1,\n  { x = 1\nb.y = 2", "3")]
    [InlineData("a = [\n  { x = 1\n  { x = 2 },\n]\nb.y = 2", "2")]
    [InlineData("a = [\n  \"x,\n  'y'\n]\nb.y = 2", "2")]
    [InlineData("a = [\n  1\n  2\n  3\n]\nb.y = 2", "3 4")]
    [InlineData("a = [\n  x\n  y,\n  z\n]\nb.y = 2", "2 3 4")]
    [InlineData("a = {\n  x = 1\n  z = 2\n}\nb.y = 2", "3")]
    [InlineData("a = {\n  x = 1,\n[b]\ny = 2", "1")]
    [InlineData("a = \"\"\"\nx = 1\n[b]\ny = 2", "1")]
    [InlineData("a = '''\nx = 1\n\n[b]\ny = 2", "1")]
    [InlineData("a = \"one\ntwo\nthree\"\nb.y = 2", "1")]
    [InlineData("a =\n  [1, 2]\nb.y = 2", "1")]
    [InlineData("a = [[1, 2], [3\nb.y = 2", "1")]
    public void A_fault_in_something_long_is_told_once_and_what_follows_is_read(string text, string lines)
    {
        var document = TomlDocument.Parse(text);
        Assert.Equal(lines, string.Join(' ', document.Errors.Select(error => document.PositionOf(error.Span.Start).Line)));
        Assert.Equal(2, ((TomlInteger)((TomlTable)document.Root.Find("b")!.Value).Find("y")!.Value).Value);
    }

    [Fact]
    public void What_could_be_understood_of_a_faulty_value_is_kept()
    {
        var root = TomlDocument.Parse("a = [1, 02, 3]\nb = { x = 1, y = tru, z = 3 }\nname: 'n'\n[t\nk = 'v'\n[t]\nk = 'w'\nl = 1").Root;
        Assert.Equal([1, 3], ((TomlArray)root.Find("a")!.Value).Items.Select(item => ((TomlInteger)item).Value));
        Assert.Equal(["x", "z"], ((TomlTable)root.Find("b")!.Value).Entries.Select(entry => entry.Key));
        Assert.Equal("n", ((TomlString)root.Find("name")!.Value).Value);
        var table = (TomlTable)root.Find("t")!.Value;
        Assert.Equal("v", ((TomlString)table.Find("k")!.Value).Value);
        Assert.NotNull(table.Find("l"));
    }

    [Fact]
    public void The_list_of_errors_ends_at_its_limit()
    {
        var document = TomlDocument.Parse(string.Concat(Enumerable.Repeat("a\n", 1000)));
        Assert.Equal(TomlDocument.MaxErrors, document.Errors.Count);
    }
}
