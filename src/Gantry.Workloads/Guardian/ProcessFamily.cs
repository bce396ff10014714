using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// Who belongs to whom, at one moment. A replica's processes are those in its control group, those in its session,
/// those whose environment carries its mark, and the descendants of all of these: a process has to escape every one of
/// the four to be lost sight of, and as the guardian is subreaper it then still becomes the guardian's own child.
/// <para>
/// A daemon that a command started, and its guardian, descend from nobody (<see cref="IsIndependent"/>), and so do theirs.
/// Whatever else pretends to be one is found by its group, its session and its mark all the same. What remains is a process
/// that has shed all three on purpose; but that could as well have had such a daemon start it.
/// </para>
/// </summary>
internal sealed class ProcessFamily
{
    /// <summary>After so long a SIGKILL has no more excuse but the kernel's own wait, of which nobody knows the end.</summary>
    public static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);

    private readonly List<ProcessInfo> _all = ProcessTable.Read();
    private readonly Dictionary<int, string?> _marks = [];
    private readonly Dictionary<int, bool> _independent = [];

    /// <summary>All processes of the moment.</summary>
    public IReadOnlyList<ProcessInfo> All => _all;

    /// <summary>The living members of a family, zombies and ourselves excepted.</summary>
    /// <param name="session">The pid of the session's first process, or 0.</param>
    /// <param name="grouped">The pids that a control group names.</param>
    /// <param name="isMarked">Whether a mark belongs to the family; null does without the marks, which take the longest to read.</param>
    public List<ProcessInfo> Members(int session, IEnumerable<int> grouped, Func<string, bool>? isMarked)
    {
        var inGroup = grouped.ToHashSet();
        var members = new Dictionary<int, ProcessInfo>();
        foreach (var process in _all)
        {
            if ((session != 0 && process.Session == session) || inGroup.Contains(process.Pid)
                || (isMarked is not null && MarkOf(process.Pid) is { } mark && isMarked(mark)))
            {
                members.Add(process.Pid, process);
            }
        }

        AddDescendants(members);
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
            // A process group lies within one session, so a group led by a member, or by its session's leader, is ours.
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

    /// <summary>Whether a process is left out where only its parent tells whose it is; see <see cref="InstanceId.IndependentVariable"/>.</summary>
    public bool IsIndependent(int pid)
    {
        if (!_independent.TryGetValue(pid, out var independent))
        {
            independent = ProcessTable.EnvironmentOf(pid, InstanceId.IndependentVariable) is not null;
            _independent.Add(pid, independent);
        }

        return independent;
    }

    private string? MarkOf(int pid)
    {
        if (!_marks.TryGetValue(pid, out var mark))
        {
            mark = ProcessTable.EnvironmentOf(pid, InstanceId.MarkVariable);
            _marks.Add(pid, mark);
        }

        return mark;
    }

    private void AddDescendants(Dictionary<int, ProcessInfo> members)
    {
        var added = true;
        while (added)
        {
            added = false;
            foreach (var process in _all)
            {
                added |= members.ContainsKey(process.Parent) && !members.ContainsKey(process.Pid) && !IsIndependent(process.Pid) && members.TryAdd(process.Pid, process);
            }
        }
    }
}
