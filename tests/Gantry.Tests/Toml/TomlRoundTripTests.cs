using FsCheck;
using FsCheck.Fluent;
using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Toml;

public sealed class TomlRoundTripTests
{
    [Theory]
    [InlineData(TomlVersion.Toml10)]
    [InlineData(TomlVersion.Toml11)]
    public void A_tree_of_values_written_in_any_style_parses_back_to_that_tree(TomlVersion version)
    {
        var property = Prop.ForAll(RandomDocuments.Tables, ArbMap.Default.ArbFor<int>(), (tree, style) =>
        {
            var text = new DocumentWriter(new Random(style), version).Write(tree);
            var parsed = TomlDocument.Parse(text, version);
            Invariants.Check(parsed);
            return (parsed.Errors.Count == 0 && TreeComparison.Difference(tree, parsed.Root) is null)
                .Label($"{string.Join('\n', parsed.Errors)}\n{TreeComparison.Difference(tree, parsed.Root)}\n{text}");
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(60), property);
    }

    [Fact]
    public void Bytes_and_text_parse_alike()
    {
        var property = Prop.ForAll(RandomDocuments.Tables, tree =>
        {
            var text = new DocumentWriter(new Random(1), TomlVersion.Toml11).Write(tree);
            var fromText = TomlDocument.Parse(text);
            var fromBytes = TomlDocument.Parse(System.Text.Encoding.UTF8.GetBytes(text).AsSpan());
            return fromBytes.Text == text && TreeComparison.Difference(fromText.Root, fromBytes.Root) is null;
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), property);
    }
}
