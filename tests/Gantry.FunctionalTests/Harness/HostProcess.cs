using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Gantry.FunctionalTests.Harness;

/// <summary>
/// A process of this machine as <c>/proc</c> shows it (proc(5)). Read here anew rather than by the product's own code:
/// a judge that shares the defendant's eyes sees nothing.
/// </summary>
/// <param name="StartTime">In ticks since boot; with the pid it names one process for good.</param>
internal sealed record HostProcess(int Pid, int Parent, ulong StartTime, string CommandLine, string Environment)
{
    private const char Separator = '\0';

    /// <summary>Those that live and could be read, this one excepted.</summary>
    public static IEnumerable<HostProcess> All() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where char.IsAsciiDigit(name[0])
        let process = Find(int.Parse(name, CultureInfo.InvariantCulture))
        where process is not null && process.Pid != System.Environment.ProcessId
        select process;

    /// <summary>One process; null where it has ended, or waits to be reaped.</summary>
    public static HostProcess? Find(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name in parentheses may hold blanks: fields are counted from behind it; state is the first of them.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X"
                ? null
                : new HostProcess(
                    pid,
                    int.Parse(fields[1], CultureInfo.InvariantCulture),
                    ulong.Parse(fields[19], CultureInfo.InvariantCulture),
                    ReadAll($"/proc/{pid}/cmdline").TrimEnd(Separator).Replace(Separator, ' '),
                    Separator + ReadAll($"/proc/{pid}/environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether it was started with a variable that begins so: <c>NAME=</c> and the beginning of its value.</summary>
    public bool HasVariable(string beginning) => Environment.Contains(Separator + beginning, StringComparison.Ordinal);

    /// <summary>Whether it was started with exactly this variable.</summary>
    public bool HasVariable(string name, string value) => Environment.Contains($"{Separator}{name}={value}{Separator}", StringComparison.Ordinal);

    /// <summary>The value of a variable that it was started with; null where it has none of that name.</summary>
    public string? Variable(string name) =>
        Environment.Split(Separator).FirstOrDefault(entry => entry.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    public bool IsAlive() => Find(Pid)?.StartTime == StartTime;

    /// <summary>Resident memory in bytes; 0 where it has ended.</summary>
    public long ResidentBytes()
    {
        try
        {
            var pages = File.ReadAllText($"/proc/{Pid}/statm").Split(' ')[1];
            return long.Parse(pages, CultureInfo.InvariantCulture) * System.Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Kills it, if it still is the one that was found.</summary>
    public void Kill()
    {
        try
        {
            using var process = Process.GetProcessById(Pid);
            if (IsAlive())
            {
                process.Kill(entireProcessTree: false);
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It ended meanwhile.
        }
    }

    public override string ToString() => $"pid {Pid} (child of {Parent}): {(CommandLine.Length > 200 ? CommandLine[..200] + "…" : CommandLine)}";

    private static string ReadAll(string path) => Encoding.UTF8.GetString(File.ReadAllBytes(path));
}
