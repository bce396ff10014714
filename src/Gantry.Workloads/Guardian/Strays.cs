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

    /// <summary>A family has gone: returns the pids of those that nobody else can own.</summary>
    public List<int> Release(string gone, IReadOnlyCollection<string> running)
    {
        var free = new List<int>();
        foreach (var (stray, candidates) in _candidates.ToArray())
        {
            candidates.Remove(gone);
            candidates.IntersectWith(running);
            if (candidates.Count == 0)
            {
                _candidates.Remove(stray);
                if (ProcessTable.IsAlive(stray.Pid, stray.StartTime))
                {
                    free.Add(stray.Pid);
                }
            }
        }

        return free;
    }
}
