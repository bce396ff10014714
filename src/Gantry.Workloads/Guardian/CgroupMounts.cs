using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>The host's trees of control groups as one process sees them, and which groups in them are ours to grow.</summary>
/// <param name="Mounts">Lines of mountinfo.</param>
/// <param name="Memberships">Lines of our own <c>/proc/self/cgroup</c>.</param>
/// <param name="First">Lines of process 1's.</param>
internal sealed record CgroupMounts(IReadOnlyList<string> Mounts, IReadOnlyList<string> Memberships, IReadOnlyList<string> First)
{
    /// <summary>Writes a file of the kernel's.</summary>
    public Action<string, string> Write { get; init; } = File.WriteAllText;

    /// <summary>What is mounted now.</summary>
    public static CgroupMounts Read() =>
        new(CgroupMount.Read("/proc/self/mountinfo"), CgroupMount.Read("/proc/self/cgroup"), CgroupMount.Read("/proc/1/cgroup"));

    /// <summary>The trees in which we may make groups, those of version 2 first. Looks, and changes nothing.</summary>
    /// <param name="ours">The processes that may be moved to make room: the guardian and its daemon.</param>
    public IEnumerable<Hierarchy> FindWritable(IReadOnlyCollection<int> ours) =>
        CgroupMount.Parse(Mounts, Memberships, First).OrderByDescending(mount => mount.Version).Select(mount => Find(mount, ours)).OfType<Hierarchy>();

    private static Hierarchy? Find(CgroupMount mount, IReadOnlyCollection<int> ours)
    {
        if (mount.Version == 1)
        {
            // Each controller has a tree of its own, and groups may hold processes beside other groups.
            var controllers = Delegation.Known.Where(mount.Options.Contains).ToList();
            return controllers.Count > 0 && CanGrow(mount.Own) ? new Hierarchy(1, mount.Own, controllers) : null;
        }

        // A group that was handed over on purpose comes first. Else the topmost that we may write: as root that is the
        // root of the tree, as a user on a desktop the user's own service manager's; neither holds a session's processes.
        var writable = mount.Chain.Reverse().Where(CanGrow).ToList();
        var candidates = writable.Where(IsDelegated).Reverse().Concat(writable);
        return candidates.Select(folder => Delegation.Look(folder, ours)).MaxBy(found => found.Names.Count) is { } best
            ? new Hierarchy(2, best.Folder, best.Names) { Delegation = best }
            : null;
    }

    private static bool CanGrow(string folder) =>
        Libc.Access(folder, Libc.W_OK) == 0 && Libc.Access(Path.Combine(folder, "cgroup.procs"), Libc.W_OK) == 0;

    /// <summary>systemd's mark on what it leaves to others (systemd.resource-control(5), Delegate=); the second since its version 251.</summary>
    private static unsafe bool IsDelegated(string folder) =>
        Libc.GetExtendedAttribute(folder, "trusted.delegate", null, 0) > 0 || Libc.GetExtendedAttribute(folder, "user.delegate", null, 0) > 0;
}

/// <summary>A tree of control groups that we may grow.</summary>
/// <param name="Base">The group in which the home's is made.</param>
/// <param name="Controllers">Which of memory, cpu and pids can be set in it.</param>
internal sealed record Hierarchy(int Version, string Base, IReadOnlyList<string> Controllers)
{
    /// <summary>Whether every replica gets a group here, limits or not: one tree is enough to find its processes.</summary>
    public bool Tracks { get; init; }

    /// <summary>How its controllers come by; version 2 only.</summary>
    public Delegation? Delegation { get; init; }
}
