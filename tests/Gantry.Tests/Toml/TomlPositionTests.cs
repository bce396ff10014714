using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Toml;

public sealed class TomlPositionTests
{
    [Theory]
    [InlineData("abc", 0, 1, 1)]
    [InlineData("abc", 3, 1, 4)]
    [InlineData("a\nb", 1, 1, 2)]
    [InlineData("a\nb", 2, 2, 1)]
    [InlineData("a\r\nb", 1, 1, 2)]
    [InlineData("a\r\nb", 2, 1, 3)]
    [InlineData("a\r\nb", 3, 2, 1)]
    [InlineData("a\rb", 2, 1, 3)]
    [InlineData("\t\tx", 2, 1, 3)]
    [InlineData("é漢x", 2, 1, 3)]
    [InlineData("😀x", 2, 1, 2)]
    [InlineData("😀x", 1, 1, 1)]
    [InlineData("x😀😀y", 5, 1, 4)]
    [InlineData("😀\n😀y", 5, 2, 2)]
    [InlineData("\uFEFFx", 0, 1, 1)]
    [InlineData("\uFEFFx", 1, 1, 1)]
    [InlineData("\uFEFFx", 2, 1, 2)]
    [InlineData("\uFEFFx\ny", 3, 2, 1)]
    [InlineData("", 0, 1, 1)]
    [InlineData("\n", 1, 2, 1)]
    public void A_position_counts_lines_and_unicode_characters_from_one(string text, int offset, int line, int column) =>
        Assert.Equal(new TomlPosition(line, column), TomlDocument.Parse(text).PositionOf(offset));

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void A_position_outside_of_the_text_is_refused(int offset) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TomlDocument.Parse("abc").PositionOf(offset));

    [Fact]
    public void Positions_agree_with_counting_character_by_character()
    {
        var texts = Gen.Elements("a", "\t", "\n", "\r\n", "\r", "é", "漢", "😀", "\uD83D", "\uDE00", "\uFEFF").ListOf().Select(string.Concat);
        var property = Prop.ForAll(Arb.From(texts), text =>
        {
            var document = TomlDocument.Parse(text);
            return Enumerable.Range(0, text.Length + 1).All(offset => document.PositionOf(offset) == Counted(text, offset));
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), property);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_an_error_at_its_place()
    {
        // Not a theory: attributes are kept as UTF-8, which cannot hold such text.
        var document = TomlDocument.Parse("a = '\uDE00\uD83D'\n# \uD83D\nb = 1 # 😀\uD83D");
        Assert.Equal(["1:6 1", "2:3 1", "3:10 1"], document.Errors.Select(error => Place(document, error)));
        Assert.Equal(1, ((TomlInteger)document.Root.Find("b")!.Value).Value);
    }

    [Fact]
    public void Errors_of_bytes_point_into_the_decoded_text()
    {
        byte[] bytes = [.. "# é 😀\n"u8, .. "name = \"a"u8, 0xFF, 0xFE, .. "\"\nport = 0x"u8];
        var document = TomlDocument.Parse(bytes);
        Assert.Equal(["2:10 2", "3:8 2"], document.Errors.Select(error => Place(document, error)));
        Assert.Equal("a\uFFFD\uFFFD", ((TomlString)document.Root.Find("name")!.Value).Value);
    }

    private static string Place(TomlDocument document, TomlError error)
    {
        var (line, column) = document.PositionOf(error.Span.Start);
        return $"{line}:{column} {error.Span.Length}";
    }

    private static TomlPosition Counted(string text, int offset)
    {
        int line = 1, column = 1, at = 0;
        while (at < text.Length)
        {
            var length = Rune.TryGetRuneAt(text, at, out var rune) ? rune.Utf16SequenceLength : 1;
            if (at + length > offset)
            {
                break;
            }

            (line, column) = text[at] == '\n' ? (line + 1, 1) : at == 0 && text[at] == '\uFEFF' ? (line, column) : (line, column + 1);
            at += length;
        }

        return new TomlPosition(line, column);
    }
}
