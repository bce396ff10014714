using System.Globalization;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>Finds the trees of control groups that this process may grow.</summary>
internal static class CgroupMounts
{
    private static readonly string[] Known = ["memory", "cpu", "pids"];

    /// <summary>The trees in which we may make groups and move processes; the first of version 2 tracks, else the first.</summary>
    public static List<Hierarchy> FindWritable()
    {
        try
        {
            return Choose(File.ReadAllLines("/proc/self/mountinfo"), File.ReadAllLines("/proc/self/cgroup"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>
    /// Lets the groups below set limits. Version 2 refuses that while processes sit in the group itself (the rule of no
    /// inner processes), so where the guardian is alone in a group of its own it first moves into a leaf.
    /// </summary>
    public static void Delegate(Hierarchy hierarchy, string home)
    {
        var enable = string.Join(' ', hierarchy.Controllers.Select(controller => "+" + controller));
        foreach (var folder in (string[])[hierarchy.Base, home])
        {
            var control = Path.Combine(folder, "cgroup.subtree_control");
            var enabled = File.ReadAllText(control).Split(' ', '\n');
            if (hierarchy.Controllers.All(enabled.Contains))
            {
                continue;
            }

            try
            {
                File.WriteAllText(control, enable);
            }
            catch (IOException) when (IsAloneIn(folder))
            {
                var leaf = Path.Combine(folder, "guardian");
                Directory.CreateDirectory(leaf);
                File.WriteAllText(Path.Combine(leaf, "cgroup.procs"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
                File.WriteAllText(control, enable);
            }
        }
    }

    private static bool IsAloneIn(string folder) =>
        File.ReadAllLines(Path.Combine(folder, "cgroup.procs")) is [var only]
        && only == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private static List<Hierarchy> Choose(string[] mounts, string[] memberships)
    {
        var found = new List<Hierarchy>();
        foreach (var (type, root, mountPoint, options) in mounts.Select(ParseMount).OfType<(string, string, string, string[])>())
        {
            var version = type == "cgroup2" ? 2 : 1;
            var group = memberships
                .Select(line => line.Split(':', 3))
                .FirstOrDefault(parts => parts.Length == 3 && (version == 2 ? parts[0] == "0" : parts[1].Split(',').Any(options.Contains)))?[2];
            if (group is null)
            {
                continue;
            }

            // In a container the mount's root may be our own group or one above it.
            var below = root != "/" && group.StartsWith(root, StringComparison.Ordinal) ? group[root.Length..] : group;
            var folder = Path.TrimEndingDirectorySeparator(mountPoint + "/" + below.Trim('/'));
            if (!CanGrow(folder))
            {
                continue;
            }

            var controllers = version == 2
                ? Known.Where(name => ReadWords(Path.Combine(folder, "cgroup.controllers")).Contains(name))
                : Known.Where(options.Contains);
            found.Add(new Hierarchy(version, folder, [.. controllers], Tracks: false));
        }

        var useful = found.Where(h => h.Version == 2 || h.Controllers.Count > 0).OrderByDescending(h => h.Version).ToList();
        if (useful.Count > 0)
        {
            useful[0] = useful[0] with { Tracks = true };
        }

        return useful;
    }

    /// <summary>Moving a process takes write permission on both groups and their common ancestor, which is our own group.</summary>
    private static bool CanGrow(string folder) =>
        Libc.Access(folder, Libc.W_OK) == 0 && Libc.Access(Path.Combine(folder, "cgroup.procs"), Libc.W_OK) == 0;

    private static string[] ReadWords(string path) => File.Exists(path) ? File.ReadAllText(path).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>A line of mountinfo (proc(5)): <c>id parent dev root mountpoint options … - type source superoptions</c>.</summary>
    private static (string Type, string Root, string MountPoint, string[] Options)? ParseMount(string line)
    {
        var halves = line.Split(" - ", 2);
        if (halves.Length != 2)
        {
            return null;
        }

        var left = halves[0].Split(' ');
        var right = halves[1].Split(' ');
        return left.Length > 4 && right.Length > 2 && right[0] is "cgroup" or "cgroup2"
            ? (right[0], left[3], left[4], right[2].Split(','))
            : null;
    }
}
