using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Bench.Measuring;

/// <summary>What /proc tells of a process (proc(5)).</summary>
internal static partial class LiveProcess
{
    private const int SignalKill = 9;

    private const int SignalTerminate = 15;

    /// <summary>User and system time of all its threads, ended ones included, to 10 ms.</summary>
    public static TimeSpan ProcessorTime(int pid)
    {
        // The name, field 2, may hold blanks and brackets; what follows the last bracket begins with field 3.
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        const int ticksPerSecond = 100;
        return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / (double)ticksPerSecond);
    }

    public static MemoryUse Memory(int pid)
    {
        var rollup = Fields($"/proc/{pid}/smaps_rollup");
        return new MemoryUse(rollup["Rss"], rollup["Pss"], rollup["Anonymous"]);
    }

    /// <summary>Whether it still runs; one that has ended and was not yet waited for does not.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The processes, but for this one, whose environment holds the text.</summary>
    public static IReadOnlyList<int> WithEnvironment(string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        return [.. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid != 0 && pid != Environment.ProcessId && IsAlive(pid) && Holds(pid, wanted))];
    }

    public static IReadOnlyList<int> ChildrenOf(int pid)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{pid}/task")
                .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    public static void Kill(int pid) => _ = Send(pid, SignalKill);

    public static void Terminate(int pid) => _ = Send(pid, SignalTerminate);

    private static bool Holds(int pid, byte[] wanted)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{pid}/environ").AsSpan().IndexOf(wanted) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Lines such as "Rss:  1234 kB", in bytes.</summary>
    private static Dictionary<string, long> Fields(string path)
    {
        var fields = new Dictionary<string, long>();
        foreach (var line in File.ReadLines(path))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [var name, var number, "kB"])
            {
                fields[name.TrimEnd(':')] = long.Parse(number, CultureInfo.InvariantCulture) * 1024;
            }
        }

        return fields;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int pid, int signal);
}

/// <param name="Rss">Resident bytes.</param>
/// <param name="Pss">The same, with what is shared divided among those that share it.</param>
/// <param name="Anonymous">The resident part that no file backs.</param>
internal sealed record MemoryUse(long Rss, long Pss, long Anonymous);
