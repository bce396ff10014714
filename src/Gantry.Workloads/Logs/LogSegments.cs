using System.Globalization;

namespace Gantry.Workloads.Logs;

/// <summary>
/// The files of one replica's output: numbered segments, the highest being written. A new number rather than a rename,
/// so that a reader who holds a place in one is never moved, and knows when one that it had not read is gone.
/// </summary>
/// <remarks>
/// Each line of a segment is a record in the format that Kubernetes' CRI logs use:
/// <c>2026-11-21T08:00:00.123Z stdout F text</c>, with P for a part of a line that goes on in the next record of the
/// same stream. <c>gantry</c> is a third stream, for our own remarks.
/// </remarks>
public static class LogSegments
{
    private const string Extension = ".log";

    public static string PathOf(string folder, long number) =>
        Path.Combine(folder, number.ToString("D6", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The numbers of the segments there are, ascending.</summary>
    public static List<long> List(string folder)
    {
        var numbers = new List<long>();
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*" + Extension))
            {
                if (long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    numbers.Add(number);
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            return numbers;
        }

        numbers.Sort();
        return numbers;
    }
}
