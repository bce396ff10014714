namespace Gantry.Toml.Parsing;

/// <summary>
/// Lines and columns of a text. Built at the first question, because a valid document is seldom asked; every answer
/// after that takes a binary search, however long the lines are.
/// </summary>
internal sealed class LineMap(string text)
{
    public const char ByteOrderMark = '\uFEFF';

    private volatile Table? _table;

    public string Text { get; } = text;

    /// <summary>From 1.</summary>
    public int LineOf(int offset) => CountUpTo(Built().LineStarts, offset);

    public TomlPosition PositionOf(int offset)
    {
        var table = Built();
        var line = CountUpTo(table.LineStarts, offset);
        var start = table.LineStarts[line - 1];
        var invisible = CountUpTo(table.Invisible, offset) - CountUpTo(table.Invisible, start - 1);
        return new TomlPosition(line, Math.Max(offset - start - invisible, 0) + 1);
    }

    // Two threads may both build it: the results are alike.
    private Table Built() => _table ??= Build(Text);

    private static Table Build(string text)
    {
        var lineStarts = new List<int> { 0 };
        for (var at = text.IndexOf('\n'); at >= 0; at = IndexOf(text, '\n', at + 1))
        {
            lineStarts.Add(at + 1);
        }

        var invisible = new List<int>();
        if (text.StartsWith(ByteOrderMark))
        {
            invisible.Add(1);
        }

        var span = text.AsSpan();
        for (var at = span.IndexOfAnyInRange('\uDC00', '\uDFFF'); at >= 0;)
        {
            if (at > 0 && char.IsHighSurrogate(text[at - 1]))
            {
                invisible.Add(at);
            }

            var next = span[(at + 1)..].IndexOfAnyInRange('\uDC00', '\uDFFF');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return new Table([.. lineStarts], [.. invisible]);
    }

    private static int IndexOf(string text, char value, int from) => from < text.Length ? text.IndexOf(value, from) : -1;

    private static int CountUpTo(int[] sorted, int offset)
    {
        var found = Array.BinarySearch(sorted, offset);
        return found >= 0 ? found + 1 : ~found;
    }

    /// <param name="LineStarts">The offset of each line's first character.</param>
    /// <param name="Invisible">The offsets from which on a line is one column shorter than its code units: second halves of pairs.</param>
    private sealed record Table(int[] LineStarts, int[] Invisible);
}
