using System.Runtime.CompilerServices;

namespace Gantry.Cli.Connection;

/// <summary>The end of a text file, without reading all of it.</summary>
internal static class LogFile
{
    private const int Most = 1 << 20;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>The last lines, oldest first; none where there is no file.</summary>
    /// <param name="from">Only what stands behind so many bytes; all of it where the file has been begun anew since.</param>
    public static List<string> LastLines(string path, int count, long from = 0)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var file = Open(path);
        from = from > file.Length ? 0 : from;
        var skips = file.Length - from > Most;
        file.Seek(skips ? file.Length - Most : from, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        // The first may be half a line.
        return lines.Skip(Math.Max(skips ? 1 : 0, lines.Count - count)).ToList();
    }

    /// <summary>What is written from now on, in pieces; begins anew where the file does. Ends only by cancellation.</summary>
    public static async IAsyncEnumerable<string> FollowAsync(string path, TimeProvider time, [EnumeratorCancellation] CancellationToken ct)
    {
        var position = new FileInfo(path).Length;
        while (true)
        {
            var length = File.Exists(path) ? new FileInfo(path).Length : 0;
            if (length != position)
            {
                using var file = Open(path);
                file.Seek(length < position ? 0 : position, SeekOrigin.Begin);
                using var reader = new StreamReader(file);
                yield return await reader.ReadToEndAsync(ct);
                position = file.Position;
            }

            await Task.Delay(LookEvery, time, ct);
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
