using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Native;
using Gantry.Workloads.Probes;

namespace Gantry.Workloads.Drivers;

/// <summary>Puts a process's environment together, weakest layer first: inherited, configured, injected.</summary>
internal static class ProcessEnvironment
{
    /// <summary>Messages between a parent and its direct child, which would be lies one level further down.</summary>
    private static readonly string[] NotInherited = [InstanceId.MarkVariable, "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "WATCHDOG_USEC", "WATCHDOG_PID"];

    public static ImmutableDictionary<string, string> For(HomeFolder home, WorkloadSpec spec, InstanceId id, int? port, string? notify)
    {
        var environment = spec.InheritedEnv.RemoveRange(NotInherited).ToBuilder();
        if (FindUser((ProcessRuntime)spec.Runtime) is { Name: { } name } user)
        {
            environment["USER"] = name;
            environment["LOGNAME"] = name;
            environment["HOME"] = user.Home ?? "/";
        }

        foreach (var (key, value) in spec.Env)
        {
            environment[key] = value;
        }

        if (port is { } listen)
        {
            environment["PORT"] = listen.ToString(CultureInfo.InvariantCulture);
        }

        if (notify is not null)
        {
            environment["NOTIFY_SOCKET"] = notify;
        }

        environment[InstanceId.MarkVariable] = ProcessInstance.MarkOf(home, id);
        environment.Remove(InstanceId.IndependentVariable);
        return environment.ToImmutable();
    }

    /// <summary>
    /// Where a run is to report its readiness; null where it is not asked to. Another user cannot reach into the home, so its
    /// messages go to an abstract address: anybody could take that beforehand who knew it, so each run has one of its own.
    /// </summary>
    public static string? NotifyAddress(HomeFolder home, WorkloadSpec spec, InstanceId id)
    {
        if (spec.Health?.Probe is not NotifyProbe)
        {
            return null;
        }

        return spec.Runtime is ProcessRuntime { User: null } && home.NotifySocketOf(id) is var path && Encoding.UTF8.GetByteCount(path) <= HomeFolder.MaxSocketPath
            ? path
            : $"@gantry-{home.Id}-{RandomText.Hex(8)}";
    }

    public static RunAs? UserOf(ProcessRuntime runtime) =>
        FindUser(runtime) is { } user && user.Id != Users.Own ? new RunAs(user.Id, user.Group, user.Name is not null) : null;

    public static HostUser? FindUser(ProcessRuntime runtime) => runtime.User is { } name ? Users.Find(name) : null;
}
