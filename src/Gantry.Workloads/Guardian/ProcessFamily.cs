using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// Who belongs to whom. A replica's processes are those in its control group, those in its session, those whose
/// environment carries its mark, and the descendants of all of these: a process has to escape every one of the four to
/// be lost sight of, and as the guardian is subreaper it then still becomes the guardian's own child.
/// </summary>
internal static class ProcessFamily
{
    /// <summary>The variable that marks every process that we start: <c>&lt;home id&gt;/&lt;workspace&gt;/&lt;workload&gt;/&lt;replica&gt;</c>.</summary>
    public const string Mark = "GANTRY_INSTANCE";

    /// <summary>The living members of a family, zombies and ourselves excepted.</summary>
    /// <param name="sessions">The pids of the sessions' first processes.</param>
    /// <param name="grouped">The pids that a control group names.</param>
    /// <param name="isMarked">Whether a mark belongs to the family.</param>
    public static List<ProcessInfo> Members(IReadOnlySet<int> sessions, IReadOnlySet<int> grouped, Func<string, bool> isMarked)
    {
        var all = ProcessTable.Read();
        var members = new Dictionary<int, ProcessInfo>();
        foreach (var process in all)
        {
            if (sessions.Contains(process.Session) || grouped.Contains(process.Pid)
                || (ProcessTable.EnvironmentOf(process.Pid, Mark) is { } mark && isMarked(mark)))
            {
                members.Add(process.Pid, process);
            }
        }

        AddDescendants(all, members);
        members.Remove(Environment.ProcessId);
        return [.. members.Values.Where(process => !process.IsZombie)];
    }

    /// <summary>
    /// Sends SIGKILL to all of them. Whole process groups first: the kernel does that in one step, so that a group
    /// which keeps forking cannot outrun us.
    /// </summary>
    public static void Kill(IReadOnlyCollection<ProcessInfo> members)
    {
        var own = ProcessTable.Find(Environment.ProcessId)?.Group;
        foreach (var group in members.Select(process => process.Group).Where(group => group > 1 && group != own).Distinct())
        {
            // Only groups led from within the family: a member could have joined a stranger's group, though not across sessions.
            if (members.Any(process => process.Pid == group || process.Session == group))
            {
                _ = Libc.Kill(-group, Signals.Kill);
            }
        }

        foreach (var process in members)
        {
            _ = Libc.Kill(process.Pid, Signals.Kill);
        }
    }

    private static void AddDescendants(List<ProcessInfo> all, Dictionary<int, ProcessInfo> members)
    {
        var added = true;
        while (added)
        {
            added = false;
            foreach (var process in all)
            {
                added |= members.ContainsKey(process.Parent) && members.TryAdd(process.Pid, process);
            }
        }
    }
}
