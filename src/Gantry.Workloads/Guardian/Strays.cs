using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// Processes that came to the guardian without anything that says whose they are. Each may belong to any family that
/// ran when it was first seen, so it may be ended once the last of those has gone: never a living family's process, and
/// never kept for ever.
/// </summary>
internal sealed class Strays
{
    private readonly Dictionary<(int Pid, ulong StartTime), HashSet<string>> _candidates = [];

    /// <summary>Notes strangers, and who ran when they appeared.</summary>
    public void Observe(IEnumerable<ProcessInfo> strangers, IReadOnlyCollection<string> running)
    {
        foreach (var stranger in strangers)
        {
            _candidates.TryAdd((stranger.Pid, stranger.StartTime), [.. running]);
        }
    }

    /// <summary>The pids of those that are alive and can be nobody's but this family's.</summary>
    public List<int> OnlyOf(string family, IReadOnlyCollection<string> running)
    {
        foreach (var stray in _candidates.Keys.Where(stray => !ProcessTable.IsAlive(stray.Pid, stray.StartTime)).ToArray())
        {
            _candidates.Remove(stray);
        }

        return [.. _candidates.Where(stray => !stray.Value.Any(candidate => candidate != family && running.Contains(candidate))).Select(stray => stray.Key.Pid)];
    }

    /// <summary>A family has gone, and what still lives was not its own.</summary>
    public void Release(string family)
    {
        foreach (var candidates in _candidates.Values)
        {
            candidates.Remove(family);
        }
    }
}
