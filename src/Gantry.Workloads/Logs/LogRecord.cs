using System.Globalization;
using System.Text;

namespace Gantry.Workloads.Logs;

/// <summary>One record of a segment, taken apart (see <see cref="LogSegments"/>).</summary>
internal readonly ref struct LogRecord
{
    /// <summary>How the remark begins that a run begins with.</summary>
    public const string Started = "started, pid ";

    private const int TimeLength = 24;

    private LogRecord(DateTimeOffset time, LogStream stream, bool whole, ReadOnlySpan<byte> text)
    {
        Time = time;
        Stream = stream;
        Whole = whole;
        Text = text;
    }

    public DateTimeOffset Time { get; }

    public LogStream Stream { get; }

    /// <summary>Whether the record ends its line.</summary>
    public bool Whole { get; }

    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Whether what follows is of another run than what came before.</summary>
    public bool BeginsRun => Stream == LogStream.Gantry && Encoding.UTF8.GetString(Text).StartsWith(Started, StringComparison.Ordinal);

    /// <summary>False for a line that is no record: somebody else wrote into the file.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out LogRecord record)
    {
        record = default;
        if (line.Length < TimeLength + 1 || !TryParseTime(line[..TimeLength], out var time))
        {
            return false;
        }

        var rest = line[(TimeLength + 1)..];
        var blank = rest.IndexOf((byte)' ');
        if (blank < 0 || rest.Length < blank + 2 || ParseStream(rest[..blank]) is not { } stream)
        {
            return false;
        }

        var text = rest.Length > blank + 3 ? rest[(blank + 3)..] : [];
        record = new LogRecord(time, stream, rest[blank + 1] == 'F', text);
        return true;
    }

    private static LogStream? ParseStream(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("stdout"u8) ? LogStream.Stdout
        : name.SequenceEqual("stderr"u8) ? LogStream.Stderr
        : name.SequenceEqual("gantry"u8) ? LogStream.Gantry
        : null;

    private static bool TryParseTime(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        Span<char> characters = stackalloc char[TimeLength];
        Encoding.Latin1.GetChars(text, characters);
        return DateTimeOffset.TryParseExact(
            characters, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }
}
