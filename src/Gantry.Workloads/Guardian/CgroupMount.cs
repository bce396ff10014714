using System.Text.RegularExpressions;

namespace Gantry.Workloads.Guardian;

/// <summary>One mounted tree of control groups and our place in it, as the kernel tells them (proc(5), cgroups(7)).</summary>
/// <param name="Version">1 or 2.</param>
/// <param name="Options">What the mount names; with version 1 these are its controllers.</param>
/// <param name="Chain">
/// The folders from our own group upwards to where the host belongs to others, both included. Groups of Gantry's are no
/// part of it: whoever is in one counts as being where that one lies.
/// </param>
internal sealed partial record CgroupMount(int Version, IReadOnlyList<string> Options, IReadOnlyList<string> Chain)
{
    /// <summary>Where Gantry's own processes move when the group that they are in has to be without any.</summary>
    public const string OwnLeaf = "gantry-own";

    /// <summary>Our own group, below which we may make others where it can be written.</summary>
    public string Own => Chain[0];

    /// <summary>The trees that are mounted and that we are in.</summary>
    /// <param name="mounts">Lines of mountinfo.</param>
    /// <param name="memberships">Lines of our own <c>/proc/self/cgroup</c>.</param>
    /// <param name="first">
    /// The same of process 1. Where its branch leaves ours we stop: in a container that is the container's own group,
    /// and above it the host's limits for the container would no longer hold.
    /// </param>
    public static IEnumerable<CgroupMount> Parse(IEnumerable<string> mounts, IReadOnlyList<string> memberships, IReadOnlyList<string> first)
    {
        foreach (var (type, root, mountPoint, options) in mounts.Select(ParseMount).OfType<(string, string, string, string[])>())
        {
            var version = type == "cgroup2" ? 2 : 1;
            if (PathIn(memberships, version, options, root) is { } own)
            {
                var top = PathIn(first, version, options, root) is { } other ? Common(own, other) : own.Length;
                yield return new CgroupMount(version, options, [.. ChainOf(mountPoint, own, top)]);
            }
        }
    }

    /// <summary>
    /// Moves this process out of every group that is some home's, to where that home's lie. What a service starts and
    /// does not own must not end with it.
    /// </summary>
    public static void LeaveHomes()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var memberships = Read("/proc/self/cgroup");
        foreach (var (type, root, mountPoint, options) in Read("/proc/self/mountinfo").Select(ParseMount).OfType<(string, string, string, string[])>())
        {
            if (Below(memberships, type == "cgroup2" ? 2 : 1, options, root) is { } path && Array.FindIndex(path, IsOfAHome) is >= 0 and var at)
            {
                Leave(Join(mountPoint, path[..at]));
            }
        }
    }

    /// <summary>The lines of a file of the kernel's; none where it cannot be read.</summary>
    public static string[] Read(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>A group that passes controllers on cannot hold processes, so the leaf beside the homes' is the second choice.</summary>
    private static void Leave(string folder)
    {
        foreach (var target in (string[])[folder, Path.Combine(folder, OwnLeaf)])
        {
            try
            {
                Directory.CreateDirectory(target);

                // 0 is whoever writes it.
                File.WriteAllText(Path.Combine(target, "cgroup.procs"), "0");
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Where neither lets us in we stay, and end with the service as its other processes do.
            }
        }
    }

    private static IEnumerable<string> ChainOf(string mountPoint, string[] own, int top)
    {
        for (var length = own.Length; length >= top; length--)
        {
            yield return Join(mountPoint, own[..length]);
        }
    }

    private static string Join(string mountPoint, string[] path) => Path.Combine([mountPoint, .. path]);

    private static int Common(string[] one, string[] other) => one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();

    private static string[]? PathIn(IReadOnlyList<string> memberships, int version, string[] options, string root) =>
        Below(memberships, version, options, root) is { } path ? [.. path.TakeWhile(name => name != OwnLeaf && !IsOfAHome(name))] : null;

    /// <summary>A process's group as names below the mount; null where it lies outside of what is mounted.</summary>
    private static string[]? Below(IReadOnlyList<string> memberships, int version, string[] options, string root)
    {
        var group = memberships
            .Select(line => line.Split(':', 3))
            .FirstOrDefault(parts => parts.Length == 3 && (version == 2 ? parts[0] == "0" : parts[1].Split(',').Any(options.Contains)))?[2];
        if (group is null)
        {
            return null;
        }

        // In a container the mount's root may be our own group or one above it.
        var path = Names(group);
        var above = Names(root);
        var below = path.Take(above.Length).SequenceEqual(above) ? path[above.Length..] : path;
        return below.Contains("..") ? null : below;
    }

    private static string[] Names(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsOfAHome(string name) => HomeGroup().IsMatch(name);

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

    [GeneratedRegex("^gantry-[0-9a-f]{16}$")]
    private static partial Regex HomeGroup();
}
