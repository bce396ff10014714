using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// One thread that waits for descriptors and timers by poll(2) and calls back. The guardian is single-threaded by
/// design: it must stay small, and what it keeps needs no locks. Only <see cref="Post"/> may be called from elsewhere.
/// </summary>
internal sealed unsafe class EventLoop : IDisposable
{
    private static readonly TimeSpan RestTime = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<int, Watch> _watches = [];
    private readonly PriorityQueue<Timer, long> _timers = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly TimeProvider _time;
    private readonly Action<Exception> _failed;
    private readonly int _wakeRead;
    private readonly int _wakeWrite;
    private Libc.PollFd[] _polled = [];
    private bool _changed = true;
    private bool _stopped;

    /// <param name="failed">Gets what a callback throws. The loop goes on: too much hangs on it to end by one of many.</param>
    public EventLoop(TimeProvider time, Action<Exception> failed)
    {
        _time = time;
        _failed = failed;
        var fds = stackalloc int[2];
        if (Libc.Pipe2(fds, Libc.O_CLOEXEC | Libc.O_NONBLOCK) != 0)
        {
            throw new IOException($"cannot make a pipe: {Libc.Describe(Marshal.GetLastPInvokeError())}");
        }

        (_wakeRead, _wakeWrite) = (fds[0], fds[1]);
        Add(_wakeRead, Libc.POLLIN, _ => Drain());
    }

    /// <summary>Calls back each time the descriptor has one of the events (or POLLERR, POLLHUP) until removed. The descriptor stays the caller's.</summary>
    public void Add(int fd, short events, Action<short> ready)
    {
        _watches[fd] = new Watch(events, ready);
        _changed = true;
    }

    /// <summary>Changes what a descriptor waits for; 0 pauses it altogether, hang-ups included.</summary>
    public void Change(int fd, short events)
    {
        if (_watches.TryGetValue(fd, out var watch) && watch.Events != events)
        {
            _watches[fd] = watch with { Events = events };
            _changed = true;
        }
    }

    public void Remove(int fd) => _changed |= _watches.Remove(fd);

    /// <summary>Calls back once after the delay, and again a little later for as long as that fails.</summary>
    public Timer After(TimeSpan delay, Action due)
    {
        var at = _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency);
        var timer = new Timer(due);
        _timers.Enqueue(timer, at);
        return timer;
    }

    /// <summary>Has the action run on the loop's thread, again where it fails; may be called from any thread.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        byte wake = 1;
        _ = Libc.Write(_wakeWrite, &wake, 1);
    }

    /// <summary>Ends <see cref="Run"/> after the callback that calls this.</summary>
    public void Stop() => _stopped = true;

    public void Run()
    {
        while (!_stopped)
        {
            if (_changed)
            {
                // A negative descriptor is passed over by poll: paused ones must not even report hang-ups.
                _polled = [.. _watches.Select(pair => new Libc.PollFd { Fd = pair.Value.Events == 0 ? -1 : pair.Key, Events = pair.Value.Events })];
                _changed = false;
            }

            int ready;
            fixed (Libc.PollFd* fds = _polled)
            {
                ready = Libc.Poll(fds, (nuint)_polled.Length, MillisecondsToNextTimer());
            }

            if (ready > 0)
            {
                CallReady();
            }

            CallDue();
            while (_posted.TryDequeue(out var action))
            {
                if (!Call(action))
                {
                    After(RestTime, action);
                }
            }
        }
    }

    public void Dispose()
    {
        _ = Libc.Close(_wakeRead);
        _ = Libc.Close(_wakeWrite);
    }

    private void CallReady()
    {
        // A callback may add and remove watches, so the polled array is walked and each watch looked up anew.
        foreach (var polled in _polled)
        {
            if (polled.Revents != 0 && _watches.TryGetValue(polled.Fd, out var watch) && watch.Events != 0)
            {
                var revents = polled.Revents;
                if (!Call(() => watch.Ready(revents)))
                {
                    RestFrom(polled.Fd, watch);
                }
            }
        }
    }

    /// <summary>What failed once would fail again at once, for its event is still there: it waits a moment.</summary>
    private void RestFrom(int fd, Watch watch)
    {
        if (_watches.GetValueOrDefault(fd) is { } present && present.Ready == watch.Ready)
        {
            Change(fd, 0);
            After(RestTime, () =>
            {
                if (_watches.GetValueOrDefault(fd) is { Events: 0 } rested && rested.Ready == watch.Ready)
                {
                    Change(fd, present.Events);
                }
            });
        }
    }

    private bool Call(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e)
        {
            _failed(e);
            return false;
        }
    }

    private void CallDue()
    {
        while (_timers.TryPeek(out var timer, out var due) && due <= _time.GetTimestamp())
        {
            _timers.Dequeue();
            if (!timer.Cancelled && !Call(timer.Due))
            {
                // Some look again and again by a timer that they set anew at their end: such a chain must not break.
                After(RestTime, timer.Due);
            }
        }
    }

    private int MillisecondsToNextTimer()
    {
        while (_timers.TryPeek(out var timer, out _) && timer.Cancelled)
        {
            _timers.Dequeue();
        }

        if (!_timers.TryPeek(out _, out var due))
        {
            return -1;
        }

        var ticks = due - _time.GetTimestamp();
        return ticks <= 0 ? 0 : (int)Math.Min(int.MaxValue, (ticks * 1000 / _time.TimestampFrequency) + 1);
    }

    private void Drain()
    {
        var buffer = stackalloc byte[64];
        while (Libc.Read(_wakeRead, buffer, 64) > 0)
        {
        }
    }

    private sealed record Watch(short Events, Action<short> Ready);

    /// <summary>A callback to come.</summary>
    public sealed class Timer(Action due)
    {
        public bool Cancelled { get; private set; }

        internal Action Due { get; } = due;

        public void Cancel() => Cancelled = true;
    }
}
