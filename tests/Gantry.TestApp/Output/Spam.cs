using System.Buffers.Text;
using System.Globalization;
using Gantry.TestApp.Signals;
using Microsoft.Win32.SafeHandles;

namespace Gantry.TestApp.Output;

/// <summary>
/// <c>spam [--bytes-per-second 100MB] [--line-length 100] [--count N] [--stderr]</c>: numbered lines, so that a loss can
/// be counted. Each begins with its number in twelve digits, from 1. When it ends, by count or by SIGTERM, it reports on
/// stderr how many it wrote.
/// </summary>
internal static class Spam
{
    private const int NumberLength = 12;
    private const int StandardOutput = 1;
    private const int StandardError = 2;
    private const int BatchBytes = 64 * 1024;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var perSecond = arguments.Size("--bytes-per-second", 0);
        var lineLength = (int)arguments.Size("--line-length", 100);
        var count = arguments.Size("--count", long.MaxValue);
        if (lineLength < NumberLength + 2)
        {
            throw new UsageException($"--line-length is at least {NumberLength + 2}, line end included");
        }

        using var sigterm = new SigtermWatch();
        // The console's own streams would write into a broken pipe for ever without a word.
        using var descriptor = new SafeFileHandle(arguments.Has("--stderr") ? StandardError : StandardOutput, ownsHandle: false);
        await using var output = new FileStream(descriptor, FileAccess.Write, bufferSize: 0);
        var written = await WriteAsync(output, perSecond, lineLength, count, sigterm);
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"spam: wrote {written} lines"));
        return 0;
    }

    private static async Task<long> WriteAsync(Stream output, long perSecond, int lineLength, long count, SigtermWatch sigterm)
    {
        // At a low rate in small steps, so that the lines come evenly; never less than a line.
        var batchLines = Math.Max(1, (perSecond > 0 ? (int)Math.Min(BatchBytes, perSecond / 20) : BatchBytes) / lineLength);
        var batch = new byte[batchLines * lineLength];
        var began = TimeProvider.System.GetTimestamp();
        var line = 0L;
        while (line < count && !sigterm.Received.IsCompleted)
        {
            var lines = (int)Math.Min(batchLines, count - line);
            Fill(batch, lineLength, lines, line);
            // A batch is never cut: what was counted has been handed to the pipe.
            await output.WriteAsync(batch.AsMemory(0, lines * lineLength));
            line += lines;
            if (perSecond > 0)
            {
                var ahead = TimeSpan.FromSeconds((double)line * lineLength / perSecond) - TimeProvider.System.GetElapsedTime(began);
                if (ahead > TimeSpan.Zero)
                {
                    await Pause.ForAsync(ahead);
                }
            }
        }

        return line;
    }

    private static void Fill(Span<byte> batch, int lineLength, int lines, long written)
    {
        for (var i = 0; i < lines; i++)
        {
            var line = batch.Slice(i * lineLength, lineLength);
            line.Fill((byte)'x');
            Utf8Formatter.TryFormat(written + i + 1, line, out _, new System.Buffers.StandardFormat('D', NumberLength));
            line[NumberLength] = (byte)' ';
            line[^1] = (byte)'\n';
        }
    }
}
