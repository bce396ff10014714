using System.Text;

namespace Gantry.Cli.Output;

/// <summary>A cell: its text and what it means.</summary>
internal readonly record struct Cell(string Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>Columns of text under each other, two spaces apart; the last one is cut where the terminal ends.</summary>
internal sealed class TextTable(string indent = "")
{
    private const string Gap = "  ";
    private const int LeastLast = 12;

    private readonly List<Cell[]> _rows = [];

    /// <summary>Columns of the terminal that all but the last take, gaps included.</summary>
    public int WidthBeforeLast => indent.Length + Widths().SkipLast(1).Sum(width => width + Gap.Length);

    public void Add(params Cell[] cells) => _rows.Add(cells);

    /// <param name="width">Columns of the terminal; null where lines may be of any length.</param>
    /// <param name="least">The last column gets so many even where the line then wraps.</param>
    public void Write(StringBuilder into, Palette palette, int? width, int least = LeastLast)
    {
        var widths = Widths();
        foreach (var row in _rows)
        {
            var line = new StringBuilder(indent);
            var used = indent.Length;
            for (var column = 0; column < row.Length; column++)
            {
                var isLast = column == row.Length - 1;
                var room = width is { } most ? Math.Max(isLast ? least : 0, most - used) : int.MaxValue;
                var text = isLast || least == 0 ? Cut(row[column].Text, room) : row[column].Text;
                line.Append(palette.Paint(row[column].Tone, text));
                if (!isLast)
                {
                    line.Append(' ', widths[column] - text.Length).Append(Gap);
                    used += widths[column] + Gap.Length;
                }
            }

            into.Append(line.ToString().TrimEnd()).Append('\n');
        }
    }

    /// <summary>Shortens a text to so many characters, the last of which then tells that there is more.</summary>
    internal static string Cut(string text, int width) => text.Length <= width ? text : width <= 0 ? "" : text[..(width - 1)] + "…";

    /// <summary>The last cell of a row needs no width of its own.</summary>
    private int[] Widths()
    {
        var columns = 0;
        foreach (var row in _rows)
        {
            columns = Math.Max(columns, row.Length);
        }

        var widths = new int[columns];
        foreach (var row in _rows)
        {
            for (var column = 0; column < row.Length - 1; column++)
            {
                widths[column] = Math.Max(widths[column], row[column].Text.Length);
            }
        }

        return widths;
    }
}
