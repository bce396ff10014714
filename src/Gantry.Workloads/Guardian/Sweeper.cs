using System.Collections.Immutable;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// Ends what a dead guardian left: every process of this home, found by its control groups, else by its mark. Used by
/// a daemon that outlived its guardian, and by one that starts where no guardian is. Nothing of another home is touched.
/// </summary>
public static class Sweeper
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Sweeps where guardian and daemon were both killed, for commands that start no daemon. A guardian that left in order
    /// took its socket with it, so in a tidy home this costs one look. A daemon that starts meanwhile sweeps itself.
    /// </summary>
    /// <returns>How many processes were told to end.</returns>
    public static async Task<int> SweepIfAbandonedAsync(HomeFolder home, bool useCgroups, TimeProvider time, CancellationToken ct)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(home.GuardianSocket) || !IsAbandoned(home))
        {
            return 0;
        }

        return (await SweepAsync(home, useCgroups, () => IsAbandoned(home), time, ct)).Ended;
    }

    /// <summary>Kills until none is left but those that the kernel will not let go.</summary>
    /// <param name="home">Whose processes.</param>
    /// <param name="useCgroups">Whether the home's processes may be in control groups.</param>
    public static Task<Sweep> SweepAsync(HomeFolder home, bool useCgroups, TimeProvider time, CancellationToken ct) =>
        SweepAsync(home, useCgroups, () => true, time, ct);

    private static bool IsAbandoned(HomeFolder home) => !AdvisoryLock.IsHeld(home.GuardianLock) && !AdvisoryLock.IsHeld(home.DaemonLock);

    /// <param name="mayGoOn">Asked before each step; where the answer is no, nothing more is done.</param>
    internal static async Task<Sweep> SweepAsync(HomeFolder home, bool useCgroups, Func<bool> mayGoOn, TimeProvider time, CancellationToken ct)
    {
        var cgroups = CgroupTree.Find(home, useCgroups);
        var prefix = home.Id + "/";
        var since = time.GetTimestamp();
        var killed = new HashSet<int>();
        var left = new List<ProcessInfo>();
        while (true)
        {
            if (!mayGoOn())
            {
                // Somebody came who sweeps himself; what lies in the home may be his by now.
                return new Sweep(killed.Count, []);
            }

            left = new ProcessFamily().Members(session: 0, cgroups.AllMembers(), mark => mark.StartsWith(prefix, StringComparison.Ordinal));
            if (left.Count == 0 || time.GetElapsedTime(since) > ProcessFamily.KillPatience)
            {
                break;
            }

            killed.UnionWith(left.Select(member => member.Pid));
            cgroups.KillAll();
            ProcessFamily.Kill(left);
            await Task.Delay(LookEvery, time, ct);
        }

        cgroups.RemoveAll();
        if (!AdvisoryLock.IsHeld(home.GuardianLock))
        {
            File.Delete(home.GuardianSocket);
        }

        if (Directory.Exists(home.Notify))
        {
            foreach (var socket in Directory.EnumerateFiles(home.Notify))
            {
                File.Delete(socket);
            }
        }

        killed.ExceptWith(left.Select(member => member.Pid));
        return new Sweep(killed.Count, [.. left.Select(member => $"{ProcessTable.NameOf(member.Pid)} ({member.Pid}, state {member.State})")]);
    }
}

/// <summary>What a sweep did.</summary>
/// <param name="Ended">How many processes it ended.</param>
/// <param name="Left">Those that SIGKILL did not end, in words.</param>
public sealed record Sweep(int Ended, ImmutableArray<string> Left);
