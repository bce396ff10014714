using System.Globalization;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// The control groups of one home, where the host lets us make any: a group for each replica, which its descendants
/// cannot leave however they detach, and the limits that the host can enforce. Works with version 2 (cgroups(7)), with
/// version 1, and with hosts that mount both.
/// </summary>
internal sealed class CgroupTree
{
    private const string Procs = "cgroup.procs";

    /// <summary>cpu.max's and cpu.cfs_quota_us's period, in microseconds: the kernel's default.</summary>
    private const int CpuPeriod = 100_000;

    private readonly string _name;
    private readonly List<Hierarchy> _hierarchies;

    private CgroupTree(string homeId, List<Hierarchy> hierarchies)
    {
        _name = "gantry-" + homeId;
        _hierarchies = hierarchies;
    }

    /// <summary>Why a limit cannot be enforced here.</summary>
    public HostLimits Limits => new(
        Why("memory", "limits.memory"),
        Why("cpu", "limits.cpus"),
        Why("pids", "limits.pids"));

    /// <summary>Whether replicas get a group at all.</summary>
    public bool IsUsable => _hierarchies.Count > 0;

    /// <summary>The tree of a home, without making anything yet.</summary>
    /// <param name="enabled">False leaves control groups alone: everything is then found by its environment.</param>
    public static CgroupTree For(string homeId, bool enabled) =>
        new(homeId, enabled && OperatingSystem.IsLinux() ? CgroupMounts.FindWritable() : []);

    /// <summary>Makes a replica's groups with its limits, and returns the folders that the process has to join.</summary>
    /// <exception cref="IOException">The kernel refused a limit.</exception>
    public IReadOnlyList<string> Create(string key, Limits limits)
    {
        var folders = new List<string>();
        foreach (var hierarchy in _hierarchies)
        {
            var wanted = hierarchy.Tracks || hierarchy.Controllers.Any(controller => IsLimited(controller, limits));
            if (!wanted)
            {
                continue;
            }

            var home = Path.Combine(hierarchy.Base, _name);
            Directory.CreateDirectory(home);
            if (hierarchy.Version == 2 && hierarchy.Controllers.Count > 0)
            {
                CgroupMounts.Delegate(hierarchy, home);
            }

            var folder = FolderOf(hierarchy, key);
            Directory.CreateDirectory(folder);
            Limit(hierarchy, folder, limits);
            folders.Add(folder);
        }

        return folders;
    }

    /// <summary>The folders that one more process has to join to belong to a replica that runs.</summary>
    public IReadOnlyList<string> Join(string key) =>
        [.. _hierarchies.Select(hierarchy => FolderOf(hierarchy, key)).Where(Directory.Exists)];

    /// <summary>The pids in a replica's group, sub-groups included.</summary>
    public IEnumerable<int> Members(string key) => _hierarchies.SelectMany(hierarchy => MembersBelow(FolderOf(hierarchy, key))).Distinct();

    /// <summary>The pids in any group of this home.</summary>
    public IEnumerable<int> AllMembers() => _hierarchies.SelectMany(hierarchy => MembersBelow(Path.Combine(hierarchy.Base, _name))).Distinct();

    /// <summary>Whether the kernel ended something in the group for want of memory.</summary>
    public bool RanOutOfMemory(string key) => _hierarchies.Any(hierarchy =>
        ReadCount(Path.Combine(FolderOf(hierarchy, key), hierarchy.Version == 2 ? "memory.events" : "memory.oom_control"), "oom_kill") > 0);

    /// <summary>Has the kernel kill the whole group at once, where it can (version 2, Linux 5.14).</summary>
    public void Kill(string key) => KillBelow(hierarchy => FolderOf(hierarchy, key));

    /// <summary>As <see cref="Kill"/>, for the whole home.</summary>
    public void KillAll() => KillBelow(hierarchy => Path.Combine(hierarchy.Base, _name));

    /// <summary>Removes a replica's empty groups. False where something is still in one.</summary>
    public bool Remove(string key) => _hierarchies.All(hierarchy => RemoveTree(FolderOf(hierarchy, key)));

    /// <summary>Removes all the home's empty groups.</summary>
    public void RemoveAll()
    {
        foreach (var hierarchy in _hierarchies)
        {
            RemoveTree(Path.Combine(hierarchy.Base, _name));
        }
    }

    private static bool IsLimited(string controller, Limits limits) => controller switch
    {
        "memory" => limits.Memory is not null,
        "cpu" => limits.Cpus is not null,
        "pids" => limits.Pids is not null,
        _ => false,
    };

    private static void Limit(Hierarchy hierarchy, string folder, Limits limits)
    {
        foreach (var controller in hierarchy.Controllers)
        {
            foreach (var (file, value) in Settings(controller, hierarchy.Version, limits))
            {
                var path = Path.Combine(folder, file);
                if (File.Exists(path))
                {
                    File.WriteAllText(path, value);
                }
            }
        }
    }

    /// <summary>Without swap, so that a limit is a limit; the swap files are absent where swap is not accounted.</summary>
    private static IEnumerable<(string File, string Value)> Settings(string controller, int version, Limits limits)
    {
        switch (controller, version)
        {
            case ("memory", 2) when limits.Memory is { } memory:
                yield return ("memory.max", Text(memory));
                yield return ("memory.swap.max", "0");
                yield return ("memory.oom.group", "1");
                break;
            case ("memory", 1) when limits.Memory is { } memory:
                yield return ("memory.limit_in_bytes", Text(memory));
                yield return ("memory.memsw.limit_in_bytes", Text(memory));
                break;
            case ("pids", _) when limits.Pids is { } pids:
                yield return ("pids.max", Text(pids));
                break;
            case ("cpu", 2) when limits.Cpus is { } cpus:
                yield return ("cpu.max", $"{Text((long)(cpus * CpuPeriod))} {Text(CpuPeriod)}");
                break;
            case ("cpu", 1) when limits.Cpus is { } cpus:
                yield return ("cpu.cfs_period_us", Text(CpuPeriod));
                yield return ("cpu.cfs_quota_us", Text((long)(cpus * CpuPeriod)));
                break;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static List<int> MembersBelow(string folder)
    {
        var pids = new List<int>();
        try
        {
            foreach (var line in File.ReadLines(Path.Combine(folder, Procs)))
            {
                if (int.TryParse(line, CultureInfo.InvariantCulture, out var pid) && pid > 0)
                {
                    pids.Add(pid);
                }
            }

            foreach (var child in Directory.EnumerateDirectories(folder))
            {
                pids.AddRange(MembersBelow(child));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone in the meantime, which is what everybody who asks hopes for.
        }

        return pids;
    }

    private static long ReadCount(string path, string name)
    {
        try
        {
            var line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static bool RemoveTree(string folder)
    {
        try
        {
            foreach (var child in Directory.EnumerateDirectories(folder))
            {
                RemoveTree(child);
            }

            // The files in a group are the kernel's: only rmdir(2) applies, which is what a non-recursive delete is.
            Directory.Delete(folder, recursive: false);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void KillBelow(Func<Hierarchy, string> folderOf)
    {
        foreach (var path in _hierarchies.Where(h => h.Version == 2).Select(h => Path.Combine(folderOf(h), "cgroup.kill")))
        {
            try
            {
                if (File.Exists(path))
                {
                    File.WriteAllText(path, "1");
                }
            }
            catch (IOException)
            {
                // The group went away between the two lines.
            }
        }
    }

    private string FolderOf(Hierarchy hierarchy, string key) => Path.Combine(hierarchy.Base, _name, key.Replace('/', '.'));

    private string? Why(string controller, string limit) =>
        _hierarchies.Any(hierarchy => hierarchy.Controllers.Contains(controller))
            ? null
            : $"{limit} needs a control group with the {controller} controller that {Environment.UserName} can write, and this host has none";
}

/// <summary>One mounted tree of control groups.</summary>
/// <param name="Base">Our own group in it, below which we may make others.</param>
/// <param name="Controllers">Which of memory, cpu and pids can be set in it.</param>
/// <param name="Tracks">Whether every replica gets a group here, limits or not: one tree is enough to find its processes.</param>
internal sealed record Hierarchy(int Version, string Base, IReadOnlyList<string> Controllers, bool Tracks);
