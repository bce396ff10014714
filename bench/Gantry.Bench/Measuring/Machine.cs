using System.Globalization;
using System.Runtime.InteropServices;

namespace Gantry.Bench.Measuring;

/// <summary>Where a report was made: figures of two machines are not to be compared.</summary>
internal static class Machine
{
    /// <summary>One line: processor, cores, memory, kernel, runtime, and how busy it was with other things.</summary>
    public static string Describe()
    {
        var model = Line("/proc/cpuinfo", "model name");
        var memory = long.TryParse(Line("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes >> 20 : 0;
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return string.Create(CultureInfo.InvariantCulture, $"{model}, {Environment.ProcessorCount} cores, {memory} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, load {load} when it began");
    }

    private static string Line(string path, string name) =>
        File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "?";
}
