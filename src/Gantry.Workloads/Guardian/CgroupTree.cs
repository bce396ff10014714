using System.Globalization;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// The control groups of one home, where the host lets us make any: a group for each replica, which its descendants
/// cannot leave however they detach, and the limits that the host can enforce. Works with version 2 (cgroups(7)), with
/// version 1, and with hosts that mount both. What is possible is found out once: a tree may hold processes together and
/// pass no controller on, and then it does the one without the other.
/// </summary>
internal sealed partial class CgroupTree
{
    private readonly string _name;
    private readonly bool _enabled;
    private readonly List<Hierarchy> _hierarchies;
    private readonly Action<string, string> _write;

    private CgroupTree(string homeId, bool enabled, IEnumerable<Hierarchy> hierarchies, Action<string, string> write)
    {
        _name = NameOf(homeId);
        _enabled = enabled;
        _hierarchies = [.. hierarchies];
        _write = write;
    }

    /// <summary>Why a limit cannot be enforced here.</summary>
    public HostLimits Limits => new(Why("memory"), Why("cpu"), Why("pids")) { Remedy = Remedy };

    /// <summary>Whether replicas get a group, whatever their limits.</summary>
    public bool IsUsable => _hierarchies.Any(hierarchy => hierarchy.Tracks);

    /// <summary>The home's groups, whether they are there yet or not.</summary>
    public IEnumerable<string> Folders => _hierarchies.Select(HomeIn);

    private string Remedy => !_enabled
        ? "set [processes] cgroups = \"auto\" in gantryd.toml"
        : Environment.IsPrivilegedProcess
            ? "give the container control groups that can be written and run `gantry serve` as its main process, or limit the container itself"
            : "take everything down, `gantry daemon stop`, and start the daemon under your own service manager: systemd-run --user --scope gantry daemon start; or run it as root";

    /// <summary>Where the groups of a home may be, for who looks after another's: nothing is made.</summary>
    /// <param name="enabled">False leaves control groups alone: everything is then found by its environment.</param>
    public static CgroupTree Find(HomeFolder home, bool enabled)
    {
        if (!enabled || !OperatingSystem.IsLinux())
        {
            return new CgroupTree(home.Id, enabled, [], File.WriteAllText);
        }

        var host = CgroupMounts.Read();
        var found = host.FindWritable(OursOf(home)).ToList();

        // The guardian may have been started from another place than we are.
        var noted = CgroupMount.Read(home.GuardianLock)
            .Where(line => Path.GetFileName(line) == NameOf(home.Id))
            .Select(line => new Hierarchy(2, Path.GetDirectoryName(line)!, []));
        return new CgroupTree(home.Id, enabled, found.Concat(noted).DistinctBy(hierarchy => hierarchy.Base), host.Write);
    }

    /// <summary>The tree in which a guardian is to keep its home's processes; makes the home's group and has it pass on what it can.</summary>
    /// <param name="enabled">As for <see cref="Find"/>.</param>
    public static CgroupTree Open(HomeFolder home, bool enabled) => enabled && OperatingSystem.IsLinux()
        ? Open(home.Id, CgroupMounts.Read(), OursOf(home))
        : new CgroupTree(home.Id, enabled, [], File.WriteAllText);

    /// <summary>As <see cref="Open(HomeFolder, bool)"/>, on a host as it is described.</summary>
    public static CgroupTree Open(string homeId, CgroupMounts host, IReadOnlyCollection<int> ours)
    {
        var opened = new List<Hierarchy>();
        foreach (var hierarchy in host.FindWritable(ours))
        {
            var home = Path.Combine(hierarchy.Base, NameOf(homeId));
            if (hierarchy.Delegation is { } delegation)
            {
                if (Cgroup.TryMake(home) && Cgroup.CanHold(home))
                {
                    var passed = delegation.PassOn(home, host.Write);
                    opened.Add(hierarchy with { Tracks = true, Controllers = passed.Names, Delegation = passed });
                }
                else
                {
                    // Nobody looks after a tree that is not used, so nothing is changed in it before it is known to be.
                    Cgroup.Remove(home);
                }
            }
            else
            {
                // One tree holds processes together, the others serve their limits alone.
                opened.Add(hierarchy with { Tracks = !opened.Exists(other => other.Tracks) && Cgroup.TryMake(home) && Cgroup.CanHold(home) });
            }
        }

        return new CgroupTree(homeId, enabled: true, opened, host.Write);
    }

    /// <summary>Makes a replica's groups with its limits, for the process to join.</summary>
    /// <exception cref="IOException">The kernel refused a limit. A group that serves none of the limits is done without.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public CgroupSeats Create(string key, Limits limits)
    {
        foreach (var controller in Delegation.Known.Where(controller => IsLimited(controller, limits)))
        {
            if (Why(controller) is { } why)
            {
                throw new IOException($"limits.{(controller == "cpu" ? "cpus" : controller)}: {why}");
            }
        }

        var seats = new CgroupSeats([], []);
        foreach (var hierarchy in _hierarchies)
        {
            var limiting = hierarchy.Controllers.Any(controller => IsLimited(controller, limits));
            if (!limiting && !hierarchy.Tracks)
            {
                continue;
            }

            var folder = FolderOf(hierarchy, key);
            try
            {
                Make(hierarchy, folder);
                Limit(hierarchy, folder, limits);
                (limiting ? seats.Required : seats.Wished).Add(folder);
            }
            catch (Exception e) when (!limiting && e is IOException or UnauthorizedAccessException)
            {
                // Its processes are then found by their session, their mark and their parents.
            }
        }

        return seats;
    }

    /// <summary>The groups that one more process has to join to belong to a replica that runs.</summary>
    public CgroupSeats Join(string key)
    {
        var there = _hierarchies.Where(hierarchy => Directory.Exists(FolderOf(hierarchy, key))).ToLookup(hierarchy => hierarchy.Controllers.Count > 0, hierarchy => FolderOf(hierarchy, key));
        return new CgroupSeats([.. there[true]], [.. there[false]]);
    }

    /// <summary>The pids in a replica's group, sub-groups included.</summary>
    public IEnumerable<int> Members(string key) => _hierarchies.SelectMany(hierarchy => Cgroup.Members(FolderOf(hierarchy, key))).Distinct();

    /// <summary>The pids in any group of this home.</summary>
    public IEnumerable<int> AllMembers() => _hierarchies.SelectMany(hierarchy => Cgroup.Members(HomeIn(hierarchy))).Distinct();

    /// <summary>Whether the kernel ended something in the group for want of memory.</summary>
    public bool RanOutOfMemory(string key) => _hierarchies.Any(hierarchy => Cgroup.RanOutOfMemory(FolderOf(hierarchy, key)));

    /// <summary>Has the kernel kill the whole group at once, where it can (version 2, Linux 5.14).</summary>
    public void Kill(string key) => _hierarchies.ForEach(hierarchy => Cgroup.Kill(FolderOf(hierarchy, key)));

    /// <summary>As <see cref="Kill"/>, for the whole home.</summary>
    public void KillAll() => _hierarchies.ForEach(hierarchy => Cgroup.Kill(HomeIn(hierarchy)));

    /// <summary>Removes a replica's empty groups; one in which something still is keeps no other.</summary>
    public void Remove(string key) => _hierarchies.ForEach(hierarchy => Cgroup.Remove(FolderOf(hierarchy, key)));

    /// <summary>Removes all the home's empty groups.</summary>
    public void RemoveAll()
    {
        foreach (var hierarchy in _hierarchies)
        {
            Cgroup.Remove(HomeIn(hierarchy));
            Cgroup.Remove(Path.Combine(hierarchy.Base, CgroupMount.OwnLeaf));
        }
    }

    private static string NameOf(string homeId) => "gantry-" + homeId;

    private static int[] OursOf(HomeFolder home) =>
        AdvisoryLock.IsHeld(home.DaemonLock) && int.TryParse(CgroupMount.Read(home.DaemonLock).FirstOrDefault(), CultureInfo.InvariantCulture, out var daemon)
            ? [Environment.ProcessId, daemon]
            : [Environment.ProcessId];

    /// <summary>The home's group too, where somebody swept it away in the meantime.</summary>
    private void Make(Hierarchy hierarchy, string folder)
    {
        if (!Directory.Exists(HomeIn(hierarchy)))
        {
            Directory.CreateDirectory(HomeIn(hierarchy));
            foreach (var controller in hierarchy.Version == 2 ? hierarchy.Controllers : [])
            {
                Delegation.Enable(HomeIn(hierarchy), controller, _write);
            }
        }

        Directory.CreateDirectory(folder);
    }

    private string HomeIn(Hierarchy hierarchy) => Path.Combine(hierarchy.Base, _name);

    private string FolderOf(Hierarchy hierarchy, string key) => Path.Combine(HomeIn(hierarchy), key.Replace('/', '.'));

    private string? Why(string controller)
    {
        if (_hierarchies.Any(hierarchy => hierarchy.Controllers.Contains(controller)))
        {
            return null;
        }

        return _enabled
            ? _hierarchies.Select(hierarchy => hierarchy.Delegation?.Missing).OfType<string>().FirstOrDefault()
                ?? $"no control group that {Environment.UserName} can write has a controller for it"
            : "control groups are switched off by configuration";
    }
}

/// <summary>The groups that a process has to join before it becomes the program.</summary>
/// <param name="Required">Those that limit it: without them it must not run.</param>
/// <param name="Wished">Those by which it is only found again.</param>
internal sealed record CgroupSeats(List<string> Required, List<string> Wished);
