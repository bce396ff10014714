using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Toml;

/// <summary>What holds of every parsed text, whatever it is.</summary>
internal static class Invariants
{
    public static void Check(TomlDocument document)
    {
        Assert.InRange(document.Errors.Count, 0, TomlDocument.MaxErrors);
        var last = 0;
        foreach (var error in document.Errors)
        {
            Assert.True(error.Span.Start >= last, $"{error} is out of order");
            Assert.False(string.IsNullOrWhiteSpace(error.Message));
            Assert.True(error.Message.Length <= 500, error.Message);
            Assert.DoesNotContain(error.Message, char.IsControl);
            CheckSpan(document, error.Span, isFault: true);
            last = error.Span.Start;
        }

        CheckTable(document, document.Root, depth: 0);
    }

    private static void CheckTable(TomlDocument document, TomlTable table, int depth)
    {
        CheckSpan(document, table.Span, isFault: false);
        foreach (var entry in table.Entries)
        {
            Assert.Same(entry, table.Find(entry.Key));
            CheckSpan(document, entry.KeySpan, isFault: false);
            CheckValue(document, entry.Value, depth + 1);
        }
    }

    private static void CheckValue(TomlDocument document, TomlValue value, int depth)
    {
        // A scalar may lie in the deepest array.
        Assert.InRange(depth, 0, TomlDocument.MaxDepth + 1);
        switch (value)
        {
            case TomlTable table:
                CheckTable(document, table, depth);
                break;
            case TomlArray array:
                CheckSpan(document, array.Span, isFault: false);
                foreach (var item in array.Items)
                {
                    CheckValue(document, item, depth + 1);
                }

                break;
            default:
                CheckSpan(document, value.Span, isFault: false);
                Assert.True(value.Span.Length > 0, $"{value} has an empty place");
                break;
        }
    }

    private static void CheckSpan(TomlDocument document, TomlSpan span, bool isFault)
    {
        Assert.InRange(span.Start, 0, document.Text.Length);
        Assert.InRange(span.End, span.Start, document.Text.Length);
        Assert.True(!isFault || span.Length > 0 || span.Start == document.Text.Length, $"an error at {span} covers nothing");
        var position = document.PositionOf(span.Start);
        Assert.True(position.Line >= 1 && position.Column >= 1);
    }
}
