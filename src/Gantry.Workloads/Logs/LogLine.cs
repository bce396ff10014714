using System.Text.Json.Serialization;

namespace Gantry.Workloads.Logs;

/// <summary>One line of output, whole, without its line ending.</summary>
/// <param name="Time">When its first byte was read, to the millisecond.</param>
/// <param name="Workload">Who wrote it.</param>
/// <param name="Replica">Which of its replicas.</param>
/// <param name="Stream">On which stream.</param>
/// <param name="Text">Decoded as UTF-8, with U+FFFD for what is not.</param>
public sealed record LogLine(DateTimeOffset Time, string Workload, int Replica, LogStream Stream, string Text);

[JsonConverter(typeof(CamelCaseEnum<LogStream>))]
public enum LogStream
{
    Stdout,

    Stderr,

    /// <summary>Gantry's own remarks between the lines: a start, an exit, a counted gap.</summary>
    Gantry,
}
