using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Toml;

public sealed class TomlSpanTests
{
    [Theory]
    [InlineData("k = \"a\\n\" # c", "\"a\\n\"")]
    [InlineData("k = 'a'", "'a'")]
    [InlineData("k = \"\"\"\na\"\"\"\n", "\"\"\"\na\"\"\"")]
    [InlineData("k = '''a''' ", "'''a'''")]
    [InlineData("k = +1_000", "+1_000")]
    [InlineData("k = -inf#", "-inf")]
    [InlineData("k = true\r\n", "true")]
    [InlineData("k = 1979-05-27 07:32:00Z ", "1979-05-27 07:32:00Z")]
    [InlineData("k = 1979-05-27 # a date", "1979-05-27")]
    [InlineData("k = [ 1,\n 2 ] # c", "[ 1,\n 2 ]")]
    [InlineData("k = { a = 1 }", "{ a = 1 }")]
    public void A_value_covers_exactly_what_is_written(string text, string written)
    {
        var document = TomlDocument.Parse(text);
        Assert.Empty(document.Errors);
        Assert.Equal(written, Slice(document, document.Root.Find("k")!.Value.Span));
    }

    [Fact]
    public void A_key_is_the_part_of_the_dotted_key_that_first_names_it()
    {
        var document = TomlDocument.Parse("a . \"b c\".d = 1\na.'b c'.e = 2\n");
        var a = document.Root.Find("a")!;
        var b = ((TomlTable)a.Value).Find("b c")!;
        Assert.Equal(new TomlSpan(0, 1), a.KeySpan);
        Assert.Equal("\"b c\"", Slice(document, b.KeySpan));
        Assert.Equal(["d", "e"], ((TomlTable)b.Value).Entries.Select(entry => Slice(document, entry.KeySpan)));
    }

    [Fact]
    public void A_table_is_at_its_header_wherever_it_was_implied_first()
    {
        var document = TomlDocument.Parse("[services.api]\nport = 1\n[services] # all\n");
        var services = document.Root.Find("services")!;
        Assert.Equal("services", Slice(document, services.KeySpan));
        Assert.Equal("[services]", Slice(document, services.Value.Span));
        Assert.Equal("[services.api]", Slice(document, ((TomlTable)services.Value).Find("api")!.Value.Span));
    }

    [Fact]
    public void A_table_without_a_header_is_at_the_key_that_implies_it()
    {
        var document = TomlDocument.Parse("[x.y]\n[z]\nq.r = 1\n");
        Assert.Equal("x", Slice(document, document.Root.Find("x")!.Value.Span));
        Assert.Equal("q", Slice(document, ((TomlTable)document.Root.Find("z")!.Value).Find("q")!.Value.Span));
    }

    [Fact]
    public void An_array_of_tables_is_at_its_first_header_and_each_table_at_its_own()
    {
        var document = TomlDocument.Parse("[[ routes ]]\n[[routes]]\n");
        var routes = (TomlArray)document.Root.Find("routes")!.Value;
        Assert.Equal("[[ routes ]]", Slice(document, routes.Span));
        Assert.Equal(["[[ routes ]]", "[[routes]]"], routes.Items.Select(item => Slice(document, item.Span)));
    }

    [Fact]
    public void The_root_is_the_whole_text()
    {
        var document = TomlDocument.Parse("a = 1\n");
        Assert.Equal(new TomlSpan(0, 6), document.Root.Span);
    }

    [Fact]
    public void Entries_keep_the_order_of_the_text()
    {
        var document = TomlDocument.Parse("b = 1\na.x = 2\n[c]\n[a.z]\n[[d]]\n");
        Assert.Equal(["b", "a", "c", "d"], document.Root.Entries.Select(entry => entry.Key));
    }

    private static string Slice(TomlDocument document, TomlSpan span) => document.Text.Substring(span.Start, span.Length);
}
