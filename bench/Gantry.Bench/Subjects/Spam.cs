using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Gantry.Bench.Measuring;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Bench.Subjects;

/// <summary>Writes numbered lines of 100 bytes as fast as somebody takes them, and writes down when it began.</summary>
internal static class Spam
{
    private const int LineLength = 100;
    private const int NumberLength = 12;
    private const int BatchLines = 640;
    private const int StandardOutput = 1;

    /// <summary>How the last of so many bytes' lines begins.</summary>
    public static string LastLineStart(long bytes) => (bytes / LineLength).ToString("D12", CultureInfo.InvariantCulture) + " x";

    public static int Run(string began, string bytes)
    {
        var lines = long.Parse(bytes, CultureInfo.InvariantCulture) / LineLength;
        using var descriptor = new SafeFileHandle(StandardOutput, ownsHandle: false);
        using var output = new FileStream(descriptor, FileAccess.Write, bufferSize: 0);
        var batch = new byte[BatchLines * LineLength];
        batch.AsSpan().Fill((byte)'x');
        Moment.Write(began);
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

        return 0;
    }
}
