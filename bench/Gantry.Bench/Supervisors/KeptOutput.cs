using System.Buffers;

namespace Gantry.Bench.Supervisors;

/// <summary>What a supervisor has written down of a service's standard output.</summary>
/// <param name="Path">A file, or a folder of files whose numbers tell their order.</param>
internal sealed record KeptOutput(string Path)
{
    private const int LongestRecord = 1 << 20;

    /// <summary>
    /// Whether each line is a record as in Kubernetes' CRI logs, <c>2026-11-21T08:00:00.123Z stdout F text</c>, with P for
    /// a part of a line that goes on in the next one.
    /// </summary>
    public bool IsStamped { get; init; }

    /// <summary>Differs from what it was before wherever something was added; the default where there is nothing.</summary>
    public (string? Newest, long Length) Extent() => Files().LastOrDefault() is { } newest ? (newest, new FileInfo(newest).Length) : default;

    /// <summary>Whether the text stands within its last 512 bytes.</summary>
    public bool EndsWith(ReadOnlySpan<byte> text)
    {
        if (Files().LastOrDefault() is not { } newest)
        {
            return false;
        }

        using var file = Open(newest);
        var end = new byte[Math.Min(file.Length, 512)];
        file.Seek(-end.Length, SeekOrigin.End);
        file.ReadExactly(end);
        return end.AsSpan().IndexOf(text) >= 0;
    }

    /// <summary>Gives every whole line as the service wrote it, without its end.</summary>
    public void ReadLines(Action<ReadOnlySpan<byte>> take)
    {
        var begun = new ArrayBufferWriter<byte>();
        foreach (var file in Files())
        {
            ReadRecords(file, IsStamped ? Unwrap : take);
        }

        void Unwrap(ReadOnlySpan<byte> record)
        {
            const int streamAt = 24, kindAt = 32, textAt = 34;
            if (record.Length < textAt || !record[streamAt..].StartsWith(" stdout "u8))
            {
                return;
            }

            begun.Write(record[textAt..]);
            if (record[kindAt] == 'F')
            {
                take(begun.WrittenSpan);
                begun.ResetWrittenCount();
            }
        }
    }

    /// <summary>Empties the files rather than removing them: some supervisors keep them open.</summary>
    public void Discard()
    {
        foreach (var file in Files())
        {
            using var emptied = File.Open(file, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }
    }

    private static void ReadRecords(string path, Action<ReadOnlySpan<byte>> take)
    {
        using var file = Open(path);
        var buffer = new byte[LongestRecord];
        var kept = 0;
        while (file.Read(buffer.AsSpan(kept)) is > 0 and var count)
        {
            var rest = buffer.AsSpan(0, kept + count);
            while (rest.IndexOf((byte)'\n') is >= 0 and var end)
            {
                take(rest[..end]);
                rest = rest[(end + 1)..];
            }

            rest.CopyTo(buffer);
            kept = rest.Length;
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    /// <summary>Oldest first.</summary>
    private IEnumerable<string> Files() =>
        Directory.Exists(Path) ? Directory.EnumerateFiles(Path).OrderBy(file => file.Length).ThenBy(file => file, StringComparer.Ordinal)
        : File.Exists(Path) ? [Path]
        : [];
}
