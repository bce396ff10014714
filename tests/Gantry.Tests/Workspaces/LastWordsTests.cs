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

    private static ImmutableArray<LogLine> Lines(string[] texts) =>
        [.. texts.Select(text => new LogLine(DateTimeOffset.UnixEpoch, "api", 0, LogStream.Stderr, text))];
}
