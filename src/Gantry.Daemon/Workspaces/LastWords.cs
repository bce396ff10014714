using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Gantry.Workloads;
using Gantry.Workloads.Logs;

namespace Gantry.Daemon.Workspaces;

/// <summary>What a replica wrote in its last run: the place to look for a cause, and not for what is long mended.</summary>
internal static partial class LastWords
{
    /// <summary>Lines that are shown.</summary>
    private const int Shown = 10;

    /// <summary>Lines that are looked at: the cause of a crash stands above a trace that may be long.</summary>
    private const int LookedAt = 80;

    /// <summary>Characters of a line that are looked at: whatever a program says of its end stands at the beginning of a line, or at the end of a very long one.</summary>
    private const int Width = 4096;

    /// <summary>The last lines of what ended last, of a replica that is started again and again: a run that is just beginning has not written why the one before it ended.</summary>
    /// <param name="isRunning">Whether the present run is another one already.</param>
    public static async Task<ImmutableArray<LogLine>> OfEndedRunAsync(LogStore logs, InstanceId id, bool isRunning, CancellationToken ct)
    {
        var (before, present) = await ReadAsync(logs, id, ct);
        return (isRunning && !before.IsEmpty) || present.IsEmpty ? before : present;
    }

    /// <summary>The last lines that were written since the last start.</summary>
    public static async Task<ImmutableArray<LogLine>> OfRunAsync(LogStore logs, InstanceId id, CancellationToken ct) => (await ReadAsync(logs, id, ct)).Present;

    /// <summary>What the last run wrote and the last one before it that wrote anything: oldest first, without Gantry's own remarks; of a very long line its two ends.</summary>
    private static async Task<(ImmutableArray<LogLine> Before, ImmutableArray<LogLine> Present)> ReadAsync(LogStore logs, InstanceId id, CancellationToken ct)
    {
        var query = new LogQuery { Workspace = id.Workspace, Workloads = [id.Workload], Replica = id.Replica, Tail = LookedAt, Width = Width };
        var lines = ImmutableArray.CreateBuilder<LogLine>();
        ImmutableArray<LogLine> before = [];
        await foreach (var line in logs.ReadAsync(query, ct))
        {
            if (line.Stream != LogStream.Gantry)
            {
                lines.Add(line);
            }
            else if (line.Text.StartsWith(LogRecord.Started, StringComparison.Ordinal))
            {
                before = lines.Count > 0 ? lines.ToImmutable() : before;
                lines.Clear();
            }
        }

        return (before, lines.ToImmutable());
    }

    /// <summary>As many as anybody reads: where there are more, of each trace its first frame, which is the nearest to the fault, and no empty lines.</summary>
    public static ImmutableArray<LogLine> Shorten(ImmutableArray<LogLine> lines)
    {
        if (lines.Length <= Shown)
        {
            return lines;
        }

        var kept = lines.Where((line, index) =>
            line.Text.Trim().Length > 0 && !(IsFrame(line) && index > 0 && IsFrame(lines[index - 1])));
        return [.. kept.TakeLast(Shown)];
    }

    private static bool IsFrame(LogLine line) => OutputClues.Match(Frame(), line.Text) is not null;

    /// <summary>A frame of a trace as Node, .NET and the JVM write it.</summary>
    [GeneratedRegex(@"^\s+at \S", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Frame();
}
