using System.Globalization;
using System.Text.Json.Serialization;

namespace Gantry.Workloads.Logs;

/// <summary>One line of output, whole, without its line ending.</summary>
/// <param name="Time">When its first byte was read, to the millisecond.</param>
/// <param name="Workload">Who wrote it.</param>
/// <param name="Replica">Which of its replicas.</param>
/// <param name="Stream">On which stream.</param>
/// <param name="Text">Decoded as UTF-8, with U+FFFD for what is not.</param>
public sealed record LogLine(DateTimeOffset Time, string Workload, int Replica, LogStream Stream, string Text)
{
    /// <summary>The line itself where it has no more than so many characters, at least 2; else its beginning and its end, with how much lies between them.</summary>
    public LogLine Shorten(int width)
    {
        if (Text.Length <= width)
        {
            return this;
        }

        // Never between the two halves of a character.
        var (head, tail) = (width / 2, Text.Length - (width / 2));
        head -= char.IsHighSurrogate(Text[head - 1]) ? 1 : 0;
        tail += char.IsLowSurrogate(Text[tail]) ? 1 : 0;
        return this with { Text = string.Create(CultureInfo.InvariantCulture, $"{Text.AsSpan(0, head)} [… {tail - head} characters …] {Text.AsSpan(tail)}") };
    }
}

[JsonConverter(typeof(CamelCaseEnum<LogStream>))]
public enum LogStream
{
    Stdout,

    Stderr,

    /// <summary>Gantry's own remarks between the lines: a start, an exit, a counted gap.</summary>
    Gantry,
}
