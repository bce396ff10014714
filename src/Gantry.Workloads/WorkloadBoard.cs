using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Gantry.Workloads;

/// <summary>
/// Where everybody sees how all workloads are. Publishing never waits for a reader: events lie in a ring, a reader takes
/// them by number, and one that fell behind the ring is given the present state instead of what it missed.
/// </summary>
public sealed class WorkloadBoard
{
    private const int RingSize = 4096;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;

    /// <summary>Guarded by <see cref="_lock"/>.</summary>
    private readonly WorkloadEvent?[] _ring = new WorkloadEvent?[RingSize];

    /// <summary>Completed at the next event, then replaced. Guarded by <see cref="_lock"/>.</summary>
    private TaskCompletionSource _next = NewSignal();

    /// <summary>Replaced as a whole, under <see cref="_lock"/>; read without it.</summary>
    private ImmutableSortedDictionary<(string Workspace, string Workload), WorkloadSnapshot> _snapshots =
        ImmutableSortedDictionary<(string, string), WorkloadSnapshot>.Empty;

    private long _first;
    private long _last;

    public WorkloadBoard(TimeProvider time)
    {
        _time = time;

        // Later than any number of an earlier daemon, so that a reader who comes back with one of those is behind the
        // ring and gets the present state. 2^10 events a millisecond stay within what JSON's numbers hold exactly.
        _last = time.GetUtcNow().ToUnixTimeMilliseconds() << 10;
        _first = _last + 1;
    }

    /// <summary>The number of the last event.</summary>
    public long Sequence => Interlocked.Read(ref _last);

    public WorkloadSnapshot? Find(string workspace, string workload) => _snapshots.GetValueOrDefault((workspace, workload));

    /// <summary>The workloads of a workspace, by name.</summary>
    public IEnumerable<WorkloadSnapshot> Of(string workspace) => _snapshots.Values.Where(snapshot => snapshot.Workspace == workspace);

    /// <summary>Publishes a workload's new state.</summary>
    public void Publish(WorkloadSnapshot snapshot)
    {
        lock (_lock)
        {
            _snapshots = _snapshots.SetItem((snapshot.Workspace, snapshot.Name), snapshot);
            Add(WorkloadEventKind.Changed, snapshot.Workspace, snapshot);
        }
    }

    /// <summary>Takes a workload away.</summary>
    public void Remove(string workspace, string workload)
    {
        lock (_lock)
        {
            if (_snapshots.TryGetValue((workspace, workload), out var snapshot))
            {
                _snapshots = _snapshots.Remove((workspace, workload));
                Add(WorkloadEventKind.Removed, workspace, snapshot);
            }
        }
    }

    /// <summary>Publishes something that concerns a whole workspace.</summary>
    public void Publish(WorkloadEventKind kind, string workspace)
    {
        lock (_lock)
        {
            Add(kind, workspace, null);
        }
    }

    /// <summary>
    /// Replays and follows. After a number that the ring still holds come all later events; otherwise, and where it is
    /// null, the present state of every workload first, closed by <see cref="WorkloadEventKind.Present"/>. Ends only by
    /// cancellation.
    /// </summary>
    public async IAsyncEnumerable<WorkloadEvent> WatchAsync(long? after, [EnumeratorCancellation] CancellationToken ct)
    {
        var last = after ?? -1;
        var batch = new List<WorkloadEvent>();
        while (true)
        {
            Task next;
            lock (_lock)
            {
                next = _next.Task;
                last = Collect(last, batch);
            }

            foreach (var happened in batch)
            {
                yield return happened;
            }

            if (batch.Count == 0)
            {
                await next.WaitAsync(ct);
            }

            batch.Clear();
            ct.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Returns once the condition holds; it is tried at once and after every event.</summary>
    public async Task WaitAsync(Func<bool> condition, CancellationToken ct)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                next = _next.Task;
            }

            if (condition())
            {
                return;
            }

            await next.WaitAsync(ct);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Add(WorkloadEventKind kind, string workspace, WorkloadSnapshot? snapshot)
    {
        var sequence = Interlocked.Increment(ref _last);
        _ring[sequence % RingSize] = new WorkloadEvent(sequence, _time.GetUtcNow(), kind, workspace, snapshot);
        _first = Math.Max(_first, sequence - RingSize + 1);
        var signal = _next;
        _next = NewSignal();
        signal.SetResult();
    }

    private long Collect(long after, List<WorkloadEvent> into)
    {
        if (after < _first - 1)
        {
            var now = _time.GetUtcNow();
            into.AddRange(_snapshots.Values.Select(snapshot => new WorkloadEvent(_last, now, WorkloadEventKind.Changed, snapshot.Workspace, snapshot) { IsPart = true }));
            into.Add(new WorkloadEvent(_last, now, WorkloadEventKind.Present, "", null));
            return _last;
        }

        for (var sequence = after + 1; sequence <= _last; sequence++)
        {
            into.Add(_ring[sequence % RingSize]!);
        }

        return _last;
    }
}
