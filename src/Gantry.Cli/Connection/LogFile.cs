namespace Gantry.Cli.Connection;

/// <summary>The end of a text file, without reading all of it.</summary>
internal static class LogFile
{
    private const int Most = 64 << 10;

    /// <summary>The last lines, oldest first; none where there is no file.</summary>
    public static List<string> LastLines(string path, int count)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var skips = file.Length > Most;
        file.Seek(skips ? -Most : 0, skips ? SeekOrigin.End : SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        // The first may be half a line.
        return lines.Skip(Math.Max(skips ? 1 : 0, lines.Count - count)).ToList();
    }
}
