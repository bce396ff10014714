namespace Gantry.Workloads.Logs;

/// <summary>A place in a replica's output: the segment's number and the offset in it.</summary>
public readonly record struct LogCursor(long Segment, long Offset)
{
    /// <summary>The end of what is written now: what is read from here is new.</summary>
    public static LogCursor AtEnd(string folder)
    {
        var numbers = LogSegments.List(folder);
        if (numbers.Count == 0)
        {
            return default;
        }

        var last = new FileInfo(LogSegments.PathOf(folder, numbers[^1]));
        return new LogCursor(numbers[^1], last.Exists ? last.Length : 0);
    }
}
