using System.Runtime.CompilerServices;
using System.Text;

namespace Gantry.Cli.Connection;

/// <summary>The end of a text file, without reading all of it.</summary>
internal static class LogFile
{
    private const int Most = 1 << 20;
    private const int PieceSize = 16 << 10;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>The last lines, oldest first; none where there is no file.</summary>
    /// <param name="from">Only what stands behind so many bytes; all of it where the file has been begun anew since.</param>
    /// <param name="onlyWhole">Leaves out a last line that is still being written.</param>
    /// <returns>The lines, and how many bytes of the file are told with them: <see cref="FollowAsync"/> goes on there.</returns>
    public static (List<string> Lines, long End) LastLines(string path, int count, long from = 0, bool onlyWhole = false)
    {
        if (!File.Exists(path))
        {
            return ([], 0);
        }

        using var file = Open(path);
        var length = file.Length;
        from = from > length ? 0 : from;
        var skips = length - from > Most;
        from = skips ? length - Most : from;
        file.Seek(from, SeekOrigin.Begin);
        var bytes = new byte[length - from];
        var end = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        end = onlyWhole ? bytes.AsSpan(0, end).LastIndexOf((byte)'\n') + 1 : end;
        var lines = Encoding.UTF8.GetString(bytes, 0, end).Split('\n').ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        // The first may be half a line.
        return (lines.Skip(Math.Max(skips ? 1 : 0, lines.Count - count)).ToList(), from + end);
    }

    /// <summary>What is written behind so many bytes, in pieces; begins anew where the file does. Ends only by cancellation.</summary>
    public static async IAsyncEnumerable<string> FollowAsync(string path, long from, TimeProvider time, [EnumeratorCancellation] CancellationToken ct)
    {
        // One for all pieces: a character may have been written by halves.
        var decoder = Encoding.UTF8.GetDecoder();
        var bytes = new byte[PieceSize];
        var text = new char[Encoding.UTF8.GetMaxCharCount(PieceSize)];
        while (true)
        {
            var count = 0;
            if (File.Exists(path))
            {
                await using var file = Open(path);
                from = file.Length < from ? 0 : from;
                file.Seek(from, SeekOrigin.Begin);
                count = await file.ReadAsync(bytes, ct);
                from += count;
            }

            if (count == 0)
            {
                await Task.Delay(LookEvery, time, ct);
            }
            else
            {
                yield return new string(text, 0, decoder.GetChars(bytes, 0, count, text, 0));
            }
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
