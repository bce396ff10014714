using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Gantry.Workloads.Logs;

/// <summary>Which lines are wanted.</summary>
public sealed record LogQuery
{
    public required string Workspace { get; init; }

    /// <summary>All of the workspace where empty.</summary>
    public ImmutableArray<string> Workloads { get; init; } = [];

    public int? Replica { get; init; }

    public LogStream? Stream { get; init; }

    /// <summary>Only the last so many; all where null.</summary>
    public int? Tail { get; init; }

    public DateTimeOffset? Since { get; init; }

    /// <summary>Of a line that is longer only its beginning and its end, this many characters together; the whole line where null.</summary>
    public int? Width { get; init; }

    /// <summary>Goes on with what comes, until cancelled.</summary>
    public bool Follow { get; init; }

    internal IEnumerable<LogLine> Select(IEnumerable<LogLine> lines) => lines
        .Where(line => (Stream is not { } stream || line.Stream == stream) && (Since is not { } since || line.Time >= since))
        .Select(line => Width is { } width ? line.Shorten(width) : line);
}

/// <summary>
/// Reads what workloads have written, across runs and after their end: from the disk, so it works alike whoever wrote
/// it and whether or not it still runs. Lines of several replicas come merged by their times.
/// </summary>
public sealed class LogStore(HomeFolder home, TimeProvider time)
{
    /// <summary>The kernel tells of new output at once; this is for the moment in which it was not yet asked to.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>Whether a workspace has logs, up or not.</summary>
    public bool Has(string workspace) => Directory.Exists(Path.Combine(home.Logs, workspace));

    /// <summary>Deletes the logs of workspaces that are not up and have written nothing for a while.</summary>
    public void Prune(TimeSpan after)
    {
        if (!Directory.Exists(home.Logs))
        {
            return;
        }

        var oldest = time.GetUtcNow() - after;
        foreach (var folder in new DirectoryInfo(home.Logs).EnumerateDirectories())
        {
            if (!home.HasRecord(folder.Name) && folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).All(file => file.LastWriteTimeUtc < oldest.UtcDateTime))
            {
                folder.Delete(recursive: true);
            }
        }
    }

    /// <summary>Lines in their order; with <see cref="LogQuery.Follow"/> it only ends by cancellation.</summary>
    public async IAsyncEnumerable<LogLine> ReadAsync(LogQuery query, [EnumeratorCancellation] CancellationToken ct)
    {
        using var growth = query.Follow ? new LogGrowth(Path.Combine(home.Logs, query.Workspace), time) : null;
        var tails = new Dictionary<InstanceId, LogTail>();
        foreach (var line in ReadPast(query, tails))
        {
            ct.ThrowIfCancellationRequested();
            yield return line;
        }

        while (growth is not null)
        {
            var batch = ReadNew(query, tails);
            foreach (var line in batch)
            {
                yield return line;
            }

            if (batch.Count == 0)
            {
                await growth.WaitAsync(LookAgainAfter, ct);
            }
        }
    }

    /// <summary>What one replica writes from a place on; ends only by cancellation.</summary>
    public async IAsyncEnumerable<LogLine> FollowAsync(InstanceId id, LogCursor from, [EnumeratorCancellation] CancellationToken ct)
    {
        var folder = home.LogsOf(id);
        using var growth = new LogGrowth(folder, time);
        var tail = new LogTail(folder, id, from);
        while (true)
        {
            var lines = tail.Read();
            foreach (var line in lines)
            {
                yield return line;
            }

            if (lines.Count == 0)
            {
                await growth.WaitAsync(LookAgainAfter, ct);
            }
        }
    }

    private IEnumerable<LogLine> ReadPast(LogQuery query, Dictionary<InstanceId, LogTail> tails)
    {
        var past = new List<IEnumerable<LogLine>>();
        foreach (var id in Replicas(query))
        {
            var folder = home.LogsOf(id);
            past.Add(query.Tail is { } tail ? ReadLast(query, id, folder, tail, tails) : ReadAll(query, id, folder, tails));
        }

        var merged = Merge(past);
        return query.Tail is { } count ? merged.TakeLast(count) : merged;
    }

    private static IEnumerable<LogLine> ReadAll(LogQuery query, InstanceId id, string folder, Dictionary<InstanceId, LogTail> tails)
    {
        var tail = new LogTail(folder, id, default);
        tails[id] = tail;
        while (tail.Read() is { Count: > 0 } lines)
        {
            foreach (var line in query.Select(lines))
            {
                yield return line;
            }
        }

        if (!query.Follow)
        {
            foreach (var line in query.Select(tail.TakePartial()))
            {
                yield return line;
            }
        }
    }

    /// <summary>From the newest segment backwards, only as far as is needed.</summary>
    private static List<LogLine> ReadLast(LogQuery query, InstanceId id, string folder, int count, Dictionary<InstanceId, LogTail> tails)
    {
        var numbers = LogSegments.List(folder);
        var last = new Queue<LogLine>();
        for (var first = numbers.Count - 1; ; first--)
        {
            last.Clear();
            var tail = new LogTail(folder, id, first >= 0 ? new LogCursor(numbers[first], 0) : default);
            tails[id] = tail;
            while (tail.Read() is { Count: > 0 } lines)
            {
                Keep(lines);
            }

            if (!query.Follow)
            {
                Keep(tail.TakePartial());
            }

            if (last.Count >= count || first <= 0)
            {
                return [.. last];
            }
        }

        void Keep(IEnumerable<LogLine> lines)
        {
            foreach (var line in query.Select(lines))
            {
                last.Enqueue(line);
                if (last.Count > count)
                {
                    last.Dequeue();
                }
            }
        }
    }

    private List<LogLine> ReadNew(LogQuery query, Dictionary<InstanceId, LogTail> tails)
    {
        var lines = new List<LogLine>();
        foreach (var id in Replicas(query))
        {
            if (!tails.TryGetValue(id, out var tail))
            {
                tail = new LogTail(home.LogsOf(id), id, default);
                tails.Add(id, tail);
            }

            lines.AddRange(query.Select(tail.Read()));
        }

        return [.. lines.OrderBy(line => line.Time)];
    }

    private IEnumerable<InstanceId> Replicas(LogQuery query)
    {
        var folder = Path.Combine(home.Logs, query.Workspace);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return Directory.EnumerateDirectories(folder)
            .Select(path => Path.GetFileName(path))
            .Where(name => query.Workloads.IsDefaultOrEmpty || query.Workloads.Contains(name))
            .Order(StringComparer.Ordinal)
            .SelectMany(name => Directory.EnumerateDirectories(Path.Combine(folder, name))
                .Select(path => InstanceId.Parse($"{query.Workspace}/{name}/{Path.GetFileName(path)}"))
                .OfType<InstanceId>()
                .Where(id => query.Replica is not { } replica || id.Replica == replica)
                .OrderBy(id => id.Replica));
    }

    /// <summary>Merges sequences that are each in order of time; of equal times the earlier sequence's come first.</summary>
    private static IEnumerable<LogLine> Merge(List<IEnumerable<LogLine>> sources)
    {
        var queue = new PriorityQueue<IEnumerator<LogLine>, (DateTimeOffset Time, int Source)>();
        for (var i = 0; i < sources.Count; i++)
        {
            Enqueue(sources[i].GetEnumerator(), i);
        }

        while (queue.TryDequeue(out var next, out var priority))
        {
            yield return next.Current;
            Enqueue(next, priority.Source);
        }

        void Enqueue(IEnumerator<LogLine> lines, int source)
        {
            if (lines.MoveNext())
            {
                queue.Enqueue(lines, (lines.Current.Time, source));
            }
            else
            {
                lines.Dispose();
            }
        }
    }
}
