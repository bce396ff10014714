using System.Collections.Immutable;
using System.Globalization;
using Gantry.Daemon.Edge;
using Gantry.Workloads;
using Gantry.Workloads.Guardian;

namespace Gantry.Daemon.Hosting;

/// <summary>Looks at what Gantry needs of its host, and names a remedy for whatever is missing. Each slice adds its own checks.</summary>
public static class Doctor
{
    private const long LittleSpace = 1L << 30;

    private const long NoSpace = 64L << 20;

    /// <summary>The checks that need no daemon.</summary>
    /// <param name="useCgroups">Whether the configuration lets control groups be used.</param>
    /// <param name="known">What the guardian that runs can limit; null where none runs, and one that is started now has to be thought of.</param>
    public static ImmutableArray<DoctorCheck> CheckHost(HomeFolder home, bool useCgroups, HostLimits? known = null) =>
    [
        CheckPlatform(),
        CheckDisk(home),
        .. CheckHome(home),
        .. CheckLimits(home, useCgroups, known),
        .. Launch.Missing(user: true, openFiles: true).Select(tool => new DoctorCheck(
            tool, CheckStatus.Warning, $"{tool} is not installed: services with {(tool == "setpriv" ? "user" : "limits.open_files")} cannot run", "install the package util-linux")),
    ];

    /// <summary>What is wrong with the doors.</summary>
    public static IEnumerable<DoctorCheck> Check(IEnumerable<DoorInfo> doors) =>
        doors.Where(door => door.Status == DoorStatus.Busy).Select(door => new DoctorCheck(
            $"door {door.Name}", CheckStatus.Warning, $"the {door.Name} door is closed: {door.Note}", $"end that program, or set [server] {(door.Name == "edge" ? "http" : door.Name)} in gantryd.toml"));

    /// <summary>What the edge does not answer although a workspace asks for it.</summary>
    public static IEnumerable<DoctorCheck> Check(IEnumerable<RejectedRoute> routes) => routes.Select(route => new DoctorCheck(
        $"route {route.Host}{route.Path}", CheckStatus.Warning, $"{route.Workspace}, {route.Service}: {route.Reason}", "change its route or [workspace] domain, or take the other workspace down"));

    private static DoctorCheck CheckPlatform() => OperatingSystem.IsLinux()
        ? new DoctorCheck("platform", CheckStatus.Ok, $"Linux {Environment.OSVersion.Version}", null)
        : new DoctorCheck("platform", CheckStatus.Failed, "local processes run on Linux only", "run Gantry in a Linux machine or container");

    private static DoctorCheck CheckDisk(HomeFolder home)
    {
        // A home that is not made yet will lie where its nearest folder does.
        var folder = home.Path;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
        {
            folder = above;
        }

        var free = new DriveInfo(folder).AvailableFreeSpace;
        var text = string.Create(CultureInfo.InvariantCulture, $"{free / (double)LittleSpace:0.0} GiB free for {home.Path}");
        return free switch
        {
            < NoSpace => new DoctorCheck("disk", CheckStatus.Failed, text, "make room, or set GANTRY_HOME to a folder on another disk"),
            < LittleSpace => new DoctorCheck("disk", CheckStatus.Warning, text, "make room soon"),
            _ => new DoctorCheck("disk", CheckStatus.Ok, text, null),
        };
    }

    /// <summary>Gantry makes its home for the owner alone; one that somebody else made keeps the mode that it has.</summary>
    private static IEnumerable<DoctorCheck> CheckHome(HomeFolder home)
    {
        const UnixFileMode others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        return !OperatingSystem.IsWindows() && Directory.Exists(home.Path) && (File.GetUnixFileMode(home.Path) & others) != 0
            ? [new DoctorCheck("home", CheckStatus.Warning, $"others can change what lies in {home.Path}", $"chmod 700 {home.Path}")]
            : [];
    }

    private static IEnumerable<DoctorCheck> CheckLimits(HomeFolder home, bool useCgroups, HostLimits? known)
    {
        if (!useCgroups)
        {
            yield return new DoctorCheck("control groups", CheckStatus.Warning, "switched off by configuration: limits cannot be enforced", "[processes] cgroups = \"auto\"");
            yield break;
        }

        var limits = known ?? CgroupTree.Find(home, enabled: true).Limits;
        var missing = limits.Missing.GroupBy(missing => missing.Reason, missing => missing.Limit).ToList();
        yield return missing.Count == 0
            ? new DoctorCheck("control groups", CheckStatus.Ok, "memory, cpus and pids can be limited", null)
            : new DoctorCheck("control groups", CheckStatus.Warning, string.Join("; ", missing.Select(alike => $"{string.Join(", ", alike)} cannot be limited: {alike.Key}")), limits.Remedy);
    }
}
