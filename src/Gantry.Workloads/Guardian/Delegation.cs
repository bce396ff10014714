using System.Globalization;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// What a group of version 2 can pass on to the groups below it. The kernel allows that only while no process sits in the
/// group itself (cgroups(7), "no internal processes"); the root of the whole tree alone is exempt.
/// </summary>
/// <param name="Folder">The group.</param>
/// <param name="Names">Those of memory, cpu and pids that can be set below it.</param>
/// <param name="Occupants">Our own processes that have to move into a leaf first.</param>
/// <param name="Missing">Why the others cannot be set; null where none is missing.</param>
internal sealed record Delegation(string Folder, IReadOnlyList<string> Names, IReadOnlyList<int> Occupants, string? Missing)
{
    public static readonly IReadOnlyList<string> Known = ["memory", "cpu", "pids"];

    private const string Procs = "cgroup.procs";

    /// <summary>Looks, and changes nothing.</summary>
    /// <param name="ours">The processes that may be moved: the guardian and its daemon.</param>
    public static Delegation Look(string folder, IReadOnlyCollection<int> ours)
    {
        var here = Words(folder, "cgroup.controllers");
        var names = Known.Where(here.Contains).ToList();
        var passed = Words(folder, "cgroup.subtree_control");
        var absent = names.Count < Known.Count ? $"the control group {folder} has no controller {string.Join(", ", Known.Except(names))}" : null;
        if (names.All(passed.Contains) || IsRoot(folder))
        {
            return new Delegation(folder, names, [], absent);
        }

        var inside = Words(folder, Procs).Select(word => int.Parse(word, CultureInfo.InvariantCulture)).ToList();
        return inside.All(ours.Contains)
            ? new Delegation(folder, names, inside, absent)
            : new Delegation(folder, [.. names.Where(passed.Contains)], [], $"the control group {folder} holds other processes than Gantry's, so that the kernel passes no controller on ({Describe(inside.Except(ours))})");
    }

    /// <summary>Passes them on to the home's group, and by it to its replicas; what the kernel refuses after all is missing from the answer.</summary>
    /// <param name="home">The home's group, which is there and holds no process.</param>
    /// <param name="write">Writes a file of the kernel's.</param>
    public Delegation PassOn(string home, Action<string, string> write)
    {
        var missing = Missing;
        if (Occupants.Count > 0 && Try(MakeRoom) is { } stayed)
        {
            return this with { Names = [], Missing = stayed };
        }

        // Each for itself: of several in one line the kernel takes all or none.
        var names = Names.Where(name =>
        {
            var refusal = Try(() => Enable(Folder, name, write)) ?? Try(() => Enable(home, name, write));
            missing = refusal ?? missing;
            return refusal is null;
        }).ToList();
        return this with { Names = names, Missing = missing };

        void MakeRoom()
        {
            var leaf = Directory.CreateDirectory(Path.Combine(Folder, CgroupMount.OwnLeaf)).FullName;
            foreach (var pid in Occupants)
            {
                write(Path.Combine(leaf, Procs), pid.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>Has a group pass a controller on.</summary>
    public static void Enable(string folder, string name, Action<string, string> write)
    {
        if (!Words(folder, "cgroup.subtree_control").Contains(name))
        {
            write(Path.Combine(folder, "cgroup.subtree_control"), "+" + name);
        }
    }

    private static string? Try(Action step)
    {
        try
        {
            step();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the kernel refused it: {e.Message}";
        }
    }

    /// <summary>The root of the kernel's tree, and of it alone, has no type; that of a container has.</summary>
    private static bool IsRoot(string folder) => !File.Exists(Path.Combine(folder, "cgroup.type"));

    private static string Describe(IEnumerable<int> pids)
    {
        const int enough = 3;
        var some = pids.Select(pid => pid == 0 ? "one from outside" : $"{ProcessTable.NameOf(pid) ?? "gone"} {pid}").ToList();
        return string.Join(", ", some.Take(enough)) + (some.Count > enough ? $" and {some.Count - enough} more" : "");
    }

    private static string[] Words(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
