using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Gantry.Workloads;
using Gantry.Workloads.Logs;

namespace Gantry.Daemon.Workspaces;

/// <summary>What a replica wrote in one of its last runs: the place to look for a cause, and not for what is long mended.</summary>
internal static partial class LastWords
{
    /// <summary>Lines that are shown.</summary>
    private const int Shown = 10;

    /// <summary>Lines that are looked at: the cause of a crash stands above a trace that may be long.</summary>
    private const int LookedAt = 80;

    /// <summary>Characters of a line that are looked at: whatever a program says of its end stands at the beginning of a line, or at the end of a very long one.</summary>
    private const int Width = 4096;

    /// <summary>
    /// The last lines of the run that ended as told: of the last one that did, which need not be the present one. None
    /// where it was silent, and none where that run is not among the lines that are looked at: what another run wrote
    /// says nothing of its end.
    /// </summary>
    public static async Task<ImmutableArray<LogLine>> OfEndedRunAsync(LogStore logs, InstanceId id, ExitStatus? exit, CancellationToken ct)
    {
        var end = $"{exit}";
        return (await ReadAsync(logs, id, ct)).FindLast(run => run.Remarks.Contains(end))?.Lines.ToImmutableArray() ?? [];
    }

    /// <summary>The last lines that were written since the last start.</summary>
    public static async Task<ImmutableArray<LogLine>> OfRunAsync(LogStore logs, InstanceId id, CancellationToken ct) => [.. (await ReadAsync(logs, id, ct))[^1].Lines];

    /// <summary>The lines that are looked at, by run: oldest first, the first perhaps without its beginning; of a very long line its two ends.</summary>
    private static async Task<List<Run>> ReadAsync(LogStore logs, InstanceId id, CancellationToken ct)
    {
        var query = new LogQuery { Workspace = id.Workspace, Workloads = [id.Workload], Replica = id.Replica, Tail = LookedAt, Width = Width };
        List<Run> runs = [new()];
        await foreach (var line in logs.ReadAsync(query, ct))
        {
            if (line.Stream != LogStream.Gantry)
            {
                runs[^1].Lines.Add(line);
            }
            else if (line.Text.StartsWith(LogRecord.Started, StringComparison.Ordinal))
            {
                runs.Add(new Run());
            }
            else
            {
                runs[^1].Remarks.Add(line.Text);
            }
        }

        return runs;
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

    /// <summary>What lies between two starts: what the program wrote, and Gantry's own remarks, among them how the run ended.</summary>
    private sealed class Run
    {
        public List<LogLine> Lines { get; } = [];

        public List<string> Remarks { get; } = [];
    }
}
