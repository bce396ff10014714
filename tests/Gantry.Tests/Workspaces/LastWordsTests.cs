using System.Collections.Immutable;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads.Logs;
using Xunit;

namespace Gantry.Tests.Workspaces;

public sealed class LastWordsTests
{
    [Fact]
    public void Of_a_long_trace_the_message_and_the_nearest_frame_stay()
    {
        var frames = Enumerable.Range(0, 12).Select(number => $"    at Module._compile (node:internal/modules:{number})");
        var lines = Lines(["/srv/server.js:3", "const x = ;", "          ^", "", "SyntaxError: Unexpected token ';'", .. frames, "", "Node.js v20.1.0"]);
        Assert.Equal(
            ["/srv/server.js:3", "const x = ;", "          ^", "SyntaxError: Unexpected token ';'", "    at Module._compile (node:internal/modules:0)", "Node.js v20.1.0"],
            LastWords.Shorten(lines).Select(line => line.Text));
        Assert.Equal(("syntax-error", "SyntaxError: Unexpected token ';'"), OutputClues.Find(lines) is { } clue ? (clue.Code, clue.Message) : default);
    }

    [Fact]
    public void Few_lines_stay_as_they_are_and_of_many_the_last()
    {
        var few = Lines(["Error: x", "", "    at a", "    at b"]);
        Assert.Equal(few, LastWords.Shorten(few));
        Assert.Equal(["line 20", "line 29"], LastWords.Shorten(Lines([.. Enumerable.Range(0, 30).Select(number => $"line {number}")])) is { Length: 10 } ten ? [ten[0].Text, ten[^1].Text] : (string[])[]);
    }

    [Fact]
    public void A_line_that_takes_too_long_to_look_at_tells_nothing()
    {
        // Quadratic for the pattern of a missing module: no time is enough.
        var lines = Lines([string.Concat(Enumerable.Repeat("ERR_MODULE_NOT_FOUND", 200_000))]);
        Assert.Null(OutputClues.Find(lines));
    }

    [Fact]
    public void Of_a_long_line_both_ends_stay()
    {
        var line = Assert.Single(Lines(["the beginning" + new string('x', 5000) + "the end"]));
        Assert.Equal("the begi [… 5004 characters …] xthe end", line.Shorten(16).Text);
        Assert.Same(line, line.Shorten(5020));
        Assert.Equal("a [… 8 characters …] b", Lines(["a" + string.Concat(Enumerable.Repeat("\U0001F600", 4)) + "b"])[0].Shorten(4).Text);
    }

    private static ImmutableArray<LogLine> Lines(string[] texts) =>
        [.. texts.Select(text => new LogLine(DateTimeOffset.UnixEpoch, "api", 0, LogStream.Stderr, text))];
}
