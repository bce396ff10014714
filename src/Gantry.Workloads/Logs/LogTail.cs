using System.Text;

namespace Gantry.Workloads.Logs;

/// <summary>
/// Reads one replica's output from a place on, as far as it is written, again and again. Joins the parts of a line that
/// its stream wrote in pieces, and says how much a rotation took away before it could be read.
/// </summary>
internal sealed class LogTail
{
    /// <summary>A longer line is given out in pieces of this size.</summary>
    private const int MaxLineBytes = 4 << 20;

    private const int ChunkBytes = 256 << 10;

    private readonly string _folder;
    private readonly InstanceId _id;
    private readonly Dictionary<LogStream, PartialLine> _partial = [];
    private byte[] _buffer = [];
    private LogCursor _cursor;

    public LogTail(string folder, InstanceId id, LogCursor from)
    {
        _folder = folder;
        _id = id;
        _cursor = from;
    }

    /// <summary>Reads what is there, at most about one chunk. Empty where nothing new is written.</summary>
    public List<LogLine> Read()
    {
        var lines = new List<LogLine>();
        var numbers = LogSegments.List(_folder);
        if (numbers.Count == 0)
        {
            return lines;
        }

        SkipRotated(numbers, lines);
        while (lines.Count == 0)
        {
            var taken = ReadChunk(lines);
            if (taken == 0 && !MoveOn(numbers))
            {
                break;
            }
        }

        return lines;
    }

    /// <summary>Gives out the beginnings of lines that are not ended yet; for a reader that will not come back.</summary>
    public IEnumerable<LogLine> TakePartial()
    {
        foreach (var (stream, partial) in _partial)
        {
            yield return Line(partial.Time, stream, partial.Bytes.ToArray());
        }

        _partial.Clear();
    }

    private void SkipRotated(List<long> numbers, List<LogLine> lines)
    {
        if (_cursor.Segment >= numbers[0])
        {
            return;
        }

        if (_cursor.Segment > 0)
        {
            var oldest = LogSegments.PathOf(_folder, numbers[0]);
            var time = new DateTimeOffset(File.GetCreationTimeUtc(oldest), TimeSpan.Zero);
            lines.Add(new LogLine(time, _id.Workload, _id.Replica, LogStream.Gantry, "output was rotated away here before it was read"));
            _partial.Clear();
        }

        _cursor = new LogCursor(numbers[0], 0);
    }

    /// <summary>To the next segment, once this one is read to its end. A segment is complete when there is a later one.</summary>
    private bool MoveOn(List<long> numbers)
    {
        var index = numbers.FindIndex(number => number > _cursor.Segment);
        if (index < 0)
        {
            return false;
        }

        _cursor = new LogCursor(numbers[index], 0);
        return true;
    }

    private int ReadChunk(List<LogLine> lines)
    {
        var size = ChunkBytes;
        while (true)
        {
            if (_buffer.Length < size)
            {
                _buffer = new byte[size];
            }

            var count = ReadAt(_buffer);
            var end = _buffer.AsSpan(0, count).LastIndexOf((byte)'\n') + 1;
            if (end == 0 && count == size && size < 2 * MaxLineBytes)
            {
                size *= 2;
                continue;
            }

            Take(_buffer.AsSpan(0, end), lines);
            _cursor = _cursor with { Offset = _cursor.Offset + end };
            return end;
        }
    }

    private int ReadAt(Span<byte> buffer)
    {
        try
        {
            using var file = File.OpenHandle(
                LogSegments.PathOf(_folder, _cursor.Segment), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return RandomAccess.Read(file, buffer, _cursor.Offset);
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private void Take(ReadOnlySpan<byte> records, List<LogLine> lines)
    {
        while (!records.IsEmpty)
        {
            var end = records.IndexOf((byte)'\n');
            if (LogRecord.TryParse(records[..end], out var record))
            {
                Take(record, lines);
            }

            records = records[(end + 1)..];
        }
    }

    private void Take(LogRecord record, List<LogLine> lines)
    {
        if (record.BeginsRun)
        {
            // Nobody goes on with what a run has left unended that was lost with its guardian.
            lines.AddRange(TakePartial());
        }

        if (!_partial.TryGetValue(record.Stream, out var partial))
        {
            if (record.Whole)
            {
                lines.Add(Line(record.Time, record.Stream, record.Text));
                return;
            }

            partial = new PartialLine(record.Time, []);
            _partial.Add(record.Stream, partial);
        }

        partial.Bytes.AddRange(record.Text);
        if (record.Whole || partial.Bytes.Count >= MaxLineBytes)
        {
            _partial.Remove(record.Stream);
            lines.Add(Line(partial.Time, record.Stream, partial.Bytes.ToArray()));
        }
    }

    private LogLine Line(DateTimeOffset time, LogStream stream, ReadOnlySpan<byte> text) =>
        new(time, _id.Workload, _id.Replica, stream, Encoding.UTF8.GetString(text.TrimEnd((byte)'\r')));

    private sealed record PartialLine(DateTimeOffset Time, List<byte> Bytes);
}
