using System.Collections.Immutable;
using System.Globalization;
using Gantry.Daemon.Edge;
using Gantry.Workloads;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Native;

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

    /// <summary>What is left to look at where the home cannot be used.</summary>
    public static ImmutableArray<DoctorCheck> CheckWithout(HomeException home) =>
        [CheckPlatform(), new DoctorCheck("home", CheckStatus.Failed, home.Message, home.Remedy)];

    /// <summary>What is wrong with the doors.</summary>
    public static IEnumerable<DoctorCheck> Check(IEnumerable<DoorInfo> doors) =>
        doors.Where(door => door.Status == DoorStatus.Busy).Select(door => new DoctorCheck(
            $"door {door.Name}", CheckStatus.Warning, $"the {door.Name} door is closed: {door.Note}", $"end that program, or set [server] {(door.Name == "edge" ? "http" : door.Name)} in gantryd.toml; then gantry daemon restart"));

    /// <summary>What the edge does not answer although a workspace asks for it.</summary>
    public static IEnumerable<DoctorCheck> Check(IEnumerable<RejectedRoute> routes) => routes.Select(route => new DoctorCheck(
        $"route {route.Host}{route.Path}", CheckStatus.Warning, $"{route.Workspace}, {route.Service}: {route.Reason}", "change its route or [workspace] domain, or take the other workspace down"));

    private static DoctorCheck CheckPlatform() => OperatingSystem.IsLinux()
        ? new DoctorCheck("platform", CheckStatus.Ok, $"Linux {Environment.OSVersion.Version}", null)
        : new DoctorCheck("platform", CheckStatus.Failed, "local processes run on Linux only", "run Gantry in a Linux machine or container");

    private static DoctorCheck CheckDisk(HomeFolder home)
    {
        var free = new DriveInfo(NearestFolder(home.Path)).AvailableFreeSpace;
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
        if (OperatingSystem.IsWindows())
        {
            yield break;
        }

        var nearest = NearestFolder(home.Path);
        if (Libc.Access(nearest, Libc.W_OK | Libc.X_OK) != 0)
        {
            var what = nearest == home.Path ? "may not be written" : $"cannot be made: {nearest} may not be written";
            yield return new DoctorCheck("home", CheckStatus.Failed, $"{home.Path} {what}", "set GANTRY_HOME to a folder that you can write");
        }
        else if (nearest == home.Path && (File.GetUnixFileMode(home.Path) & others) != 0)
        {
            yield return new DoctorCheck("home", CheckStatus.Warning, $"others can change what lies in {home.Path}", $"chmod 700 {home.Path}");
        }
    }

    /// <summary>The folder, or where it is not made yet the one in which it will lie.</summary>
    private static string NearestFolder(string path)
    {
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } above)
        {
            path = above;
        }

        return path;
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
