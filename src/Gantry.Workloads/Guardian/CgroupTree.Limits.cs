using System.Globalization;

namespace Gantry.Workloads.Guardian;

/// <summary>What is written into a replica's groups to limit it.</summary>
internal sealed partial class CgroupTree
{
    /// <summary>cpu.max's and cpu.cfs_quota_us's period, in microseconds: the kernel's default.</summary>
    private const int CpuPeriod = 100_000;

    private static bool IsLimited(string controller, Limits limits) => controller switch
    {
        "memory" => limits.Memory is not null,
        "cpu" => limits.Cpus is not null,
        "pids" => limits.Pids is not null,
        _ => false,
    };

    private void Limit(Hierarchy hierarchy, string folder, Limits limits)
    {
        foreach (var controller in hierarchy.Controllers)
        {
            foreach (var (file, value, isLimit) in Settings(controller, hierarchy.Version, limits))
            {
                var path = Path.Combine(folder, file);
                if (isLimit || File.Exists(path))
                {
                    _write(path, value);
                }
            }
        }
    }

    /// <summary>The limit itself, and what goes with it where the kernel has it: without swap, so that a limit is a limit, and the whole family ends at once.</summary>
    private static IEnumerable<(string File, string Value, bool IsLimit)> Settings(string controller, int version, Limits limits)
    {
        switch (controller, version)
        {
            case ("memory", 2) when limits.Memory is { } memory:
                yield return ("memory.max", Text(memory), true);
                yield return ("memory.swap.max", "0", false);
                yield return ("memory.oom.group", "1", false);
                break;
            case ("memory", 1) when limits.Memory is { } memory:
                yield return ("memory.limit_in_bytes", Text(memory), true);
                yield return ("memory.memsw.limit_in_bytes", Text(memory), false);
                break;
            case ("pids", _) when limits.Pids is { } pids:
                yield return ("pids.max", Text(pids), true);
                break;
            case ("cpu", 2) when limits.Cpus is { } cpus:
                yield return ("cpu.max", $"{Text((long)(cpus * CpuPeriod))} {Text(CpuPeriod)}", true);
                break;
            case ("cpu", 1) when limits.Cpus is { } cpus:
                yield return ("cpu.cfs_period_us", Text(CpuPeriod), false);
                yield return ("cpu.cfs_quota_us", Text((long)(cpus * CpuPeriod)), true);
                break;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
