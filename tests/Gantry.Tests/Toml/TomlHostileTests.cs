using System.Diagnostics;
using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Toml;

/// <summary>Texts that were made to be slow or to overflow the stack are read as fast as others.</summary>
public sealed class TomlHostileTests
{
    private const int Size = 3_000_000;

    // Far above what a slow machine takes for three megabytes (a second), far below what anything quadratic takes (minutes).
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    public static TheoryData<string, string> Units => new()
    {
        { "a = ", "[" },
        { "", "[" },
        { "", "[\n" },
        { "a = ", "{a=" },
        { "a = {\n", "b\n" },
        { "a = {", "b=1," },
        { "", "a." },
        { "[", "a." },
        { "", "a.b=1\n" },
        { "", "a:" },
        { "", "0=0 " },
        { "", "a b " },
        { "", "a! = [" },
        { "", "=" },
        { "", "." },
        { "", "\0" },
        { "", "\r" },
        { "", "[[a]]\n" },
        { "", "[a]\n" },
        { "", "[a]\nx = \"\"\"\\\"\"\"\n" },
        { "", "a = '''\n" },
        { "", "a = \"x\n" },
        { "", "\"x\n" },
        { "a = [", "," },
        { "a = [", "x x," },
        { "a = [", "1 " },
        { "a = [\n", "\"aaaaaaa\",\n" },
        { "a = [\n", "[b],\n" },
        { "a = [", "#\n" },
        { "a = ", "\"" },
        { "a = ", "'" },
        { "a = \"", "\\q" },
        { "a = \"", "\0" },
        { "a = \"\"\"", "\\      " },
        { "a = \"\"\"\\", " " },
        { "a = \"\"\"", "\\\n" },
        { "a = ", "9" },
        { "a = 0.", "9" },
        { "a = 1", "_1" },
        { "a = 1979-05-27T00:00:00.", "9" },
        { "a = ", "x " },
        { "# ", "\u0001" },
    };

    [Theory]
    [MemberData(nameof(Units))]
    public void Megabytes_of_the_same_piece_is_read_in_linear_time(string beginning, string unit)
    {
        var text = beginning + string.Concat(Enumerable.Repeat(unit, Size / unit.Length));
        CheckTime(text);
    }

    [Fact]
    public void Megabytes_of_halves_of_surrogate_pairs_are_read_in_linear_time()
    {
        CheckTime(new string('\uD800', Size));
        CheckTime(string.Concat(Enumerable.Repeat("a\uD800", Size / 2)));
    }

    [Fact]
    public void A_table_of_a_hundred_thousand_keys_is_read_and_searched_in_linear_time()
    {
        var text = string.Concat(Enumerable.Range(0, 100_000).Select(number => $"key-{number} = {number}\n"));
        var document = CheckTime(text);
        Assert.Empty(document.Errors);
        Assert.Equal(100_000, document.Root.Entries.Count);
    }

    [Fact]
    public void Positions_in_one_long_line_are_found_in_linear_time()
    {
        var document = CheckTime("a = [" + string.Concat(Enumerable.Repeat("'😀',", Size / 5)) + "]");
        var items = ((TomlArray)document.Root.Find("a")!.Value).Items;
        var time = Stopwatch.StartNew();
        Assert.True(items.All(item => document.PositionOf(item.Span.Start).Line == 1));
        Assert.True(time.Elapsed < Deadline, $"took {time.Elapsed}");
    }

    [Fact]
    public void Nested_brackets_unclosed_before_long_comments_are_read_in_linear_time()
    {
        var unit = "a = " + string.Concat(Enumerable.Repeat("[{a=", 60)) + "1\n" + string.Concat(Enumerable.Repeat("#\n", 2000));
        CheckTime(string.Concat(Enumerable.Repeat(unit, Size / unit.Length)));
    }

    [Theory]
    [InlineData("a = ", "[", "1", "]")]
    [InlineData("a = ", "{ a = ", "1", " }")]
    [InlineData("", "a.", "a = 1", "")]
    [InlineData("[", "a.", "a]", "")]
    [InlineData("a = ", "[{a=", "1", "}]")]
    public void Nesting_is_allowed_up_to_the_limit_and_refused_beyond_it_on_a_small_stack(string beginning, string open, string middle, string close)
    {
        string Nested(int times) => beginning + string.Concat(Enumerable.Repeat(open, times)) + middle + string.Concat(Enumerable.Repeat(close, times)) + "\n";
        var levels = open.Length - open.Replace("[", "", StringComparison.Ordinal).Replace("{", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal).Length;
        List<TomlDocument> documents = [];
        var thread = new Thread(
            () => documents.AddRange([TomlDocument.Parse(Nested((TomlDocument.MaxDepth / levels) - 1)), TomlDocument.Parse(Nested((TomlDocument.MaxDepth / levels) + 1)), TomlDocument.Parse(Nested(100_000))]),
            maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Empty(documents[0].Errors);
        Invariants.Check(documents[0]);
        Assert.All(documents.Skip(1), document => Assert.Equal(
            $"this is nested more than {TomlDocument.MaxDepth} levels deep: that is the limit", Assert.Single(document.Errors).Message));
    }

    private static TomlDocument CheckTime(string text)
    {
        var time = Stopwatch.StartNew();
        var document = TomlDocument.Parse(text);
        Invariants.Check(document);
        Assert.True(time.Elapsed < Deadline, $"took {time.Elapsed}");
        return document;
    }
}
