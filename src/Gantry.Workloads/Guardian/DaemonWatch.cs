using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// Knows whether a daemon is there: one is connected, or one holds the home's lock. A new daemon has half a second to
/// take over from a dead one before what lives by the daemon is ended.
/// </summary>
internal sealed class DaemonWatch(HomeFolder home, EventLoop loop, TimeProvider time, Action ended)
{
    private static readonly TimeSpan TakeOver = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private int _connected;
    private long? _freeSince;

    public bool IsThere => _connected > 0 || AdvisoryLock.IsHeld(home.DaemonLock);

    public void Came()
    {
        _connected++;
        _freeSince = null;
    }

    /// <summary>The daemon's connection has ended, or there never was one: from now on the lock decides.</summary>
    public void Gone()
    {
        _connected = Math.Max(0, _connected - 1);
        Look();
    }

    private void Look()
    {
        if (_connected > 0)
        {
            return;
        }

        if (AdvisoryLock.IsHeld(home.DaemonLock))
        {
            _freeSince = null;
        }
        else if (_freeSince is not { } since)
        {
            _freeSince = time.GetTimestamp();
        }
        else if (time.GetElapsedTime(since) >= TakeOver)
        {
            _freeSince = null;
            ended();
            return;
        }

        loop.After(LookEvery, Look);
    }
}
