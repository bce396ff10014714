using System.Globalization;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>Whose processes are whose, and so whose word counts.</summary>
internal sealed partial class GuardianServer
{
    /// <returns>False where it is refused.</returns>
    private bool OnNotified(GuardedProcess process, Sender sender)
    {
        if (process.Notified)
        {
            return true;
        }

        if (MayNotify(process, sender))
        {
            process.Notified = true;
            Tell(new NotifiedEvent(process.Key));
            return true;
        }

        if (!process.HasRefused)
        {
            process.HasRefused = true;
            process.Log.Remark(string.Create(CultureInfo.InvariantCulture, $"READY=1 of user {sender.User} is not taken: pid {sender.Pid} is none of this service's processes"));
        }

        return false;
    }

    /// <summary>
    /// Whether somebody may say that a process is ready: its own user or ours, from whatever process, as a helper such as
    /// systemd-notify(1) has often ended by now; any other user's only from the family, and not by what anybody can pretend.
    /// </summary>
    private bool MayNotify(GuardedProcess process, Sender sender)
    {
        if (sender.User == Users.Own || sender.User == process.Order.User?.User || _cgroups.Members(process.Key).Contains(sender.Pid))
        {
            return true;
        }

        var found = ProcessTable.Find(sender.Pid);
        while (found is { } ancestor && ancestor.Session != process.Pid)
        {
            found = ProcessTable.Find(ancestor.Parent);
        }

        return found is not null;
    }

    /// <param name="thorough">Whether the marks are read too, where control groups do not already tell.</param>
    private List<ProcessInfo> Family(ProcessFamily now, string key, bool thorough)
    {
        var mark = $"{_home.Id}/{key}";
        return now.Members(SessionOf(key, now), _cgroups.Members(key), thorough || !_cgroups.IsUsable ? found => found == mark : null);
    }

    /// <summary>The family's session, named by its first process; 0 once that pid may be, or is, somebody else's.</summary>
    private int SessionOf(string key, ProcessFamily now) =>
        _processes.TryGetValue(key, out var process) && !process.Alone && !now.All.Any(other => other.Pid == process.Pid && other.StartTime != process.StartTime)
            ? process.Pid
            : 0;

    private List<string> Running() => [.. _processes.Values.Where(process => !process.Alone).Select(process => process.Key)];

    /// <summary>Those that can only have been this family's, with all their descendants; each may have left its own children to us by now.</summary>
    private List<ProcessInfo> StraysOf(string key, ProcessFamily now)
    {
        if (_cgroups.IsUsable)
        {
            return [];
        }

        _strays.Observe(Strangers(now), Running());
        return now.Members(session: 0, _strays.OnlyOf(key, Running()), isMarked: null);
    }

    /// <summary>
    /// Our children that belong to no family: they shed group, session and mark, and only their parent is left to tell. A daemon
    /// that a service had a command start becomes our child, too, once that has ended, and is nobody's.
    /// </summary>
    private List<ProcessInfo> Strangers(ProcessFamily now)
    {
        var known = Running().SelectMany(key => Family(now, key, thorough: true)).Select(member => member.Pid).Concat(_execs.Keys).ToHashSet();
        return [.. now.All.Where(process => process.Parent == Environment.ProcessId && !process.IsZombie && !known.Contains(process.Pid) && !now.IsIndependent(process.Pid))];
    }
}
