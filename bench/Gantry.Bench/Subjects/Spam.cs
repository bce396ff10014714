using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Gantry.Bench.Measuring;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Bench.Subjects;

/// <summary>Writes numbered lines of 100 bytes as fast as somebody takes them, and writes down when it began and ended.</summary>
internal static class Spam
{
    public const int LineLength = 100;

    public const string Began = "began";
    public const string Ended = "ended";

    private const int NumberLength = 12;
    private const int BatchLines = 640;
    private const int StandardOutput = 1;

    /// <summary>How the last of so many bytes' lines begins.</summary>
    public static string LastLineStart(long bytes) => (bytes / LineLength).ToString("D12", CultureInfo.InvariantCulture) + " x";

    /// <summary>The number of one of its lines, given without its end; null where the text is none of them, or none that is whole.</summary>
    public static long? NumberOf(ReadOnlySpan<byte> line) =>
        line.Length == LineLength - 1 && Utf8Parser.TryParse(line[..NumberLength], out long number, out var read) && read == NumberLength
        && line[NumberLength] == ' ' && line[(NumberLength + 1)..].IndexOfAnyExcept((byte)'x') < 0 ? number : null;

    /// <param name="records">The folder for the two moments.</param>
    public static int Run(string records, string bytes)
    {
        var lines = long.Parse(bytes, CultureInfo.InvariantCulture) / LineLength;
        using var descriptor = new SafeFileHandle(StandardOutput, ownsHandle: false);
        using var output = new FileStream(descriptor, FileAccess.Write, bufferSize: 0);
        var batch = new byte[BatchLines * LineLength];
        batch.AsSpan().Fill((byte)'x');
        Moment.Write(Path.Combine(records, Began));
        for (var line = 0L; line < lines; line += BatchLines)
        {
            var count = (int)Math.Min(BatchLines, lines - line);
            for (var i = 0; i < count; i++)
            {
                var text = batch.AsSpan(i * LineLength, LineLength);
                Utf8Formatter.TryFormat(line + i + 1, text, out _, new StandardFormat('D', NumberLength));
                text[NumberLength] = (byte)' ';
                text[^1] = (byte)'\n';
            }

            output.Write(batch, 0, count * LineLength);
        }

        Moment.Write(Path.Combine(records, Ended));
        return 0;
    }
}
