using System.Runtime.InteropServices;

namespace Gantry.Workloads.Guardian;

/// <summary>When the guardian leaves: with nothing to keep and nobody to serve, or because it is told to.</summary>
internal sealed partial class GuardianServer
{
    /// <summary>How long the guardian stays with nothing to keep and no daemon.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(200);

    private EventLoop.Timer? _leave;

    /// <summary>Whether it was told to leave, and only ends what it keeps.</summary>
    private bool _isLeaving;

    /// <summary>An exit that no daemon has taken notice of yet is something to keep, too.</summary>
    private bool IsIdle => _processes.Count == 0 && _connections.Count == 0;

    /// <summary>Leaves after a while with nothing to keep and nobody to serve.</summary>
    private void LeaveIfIdle()
    {
        if (!IsIdle)
        {
            return;
        }

        _leave?.Cancel();
        _leave = _loop.After(Linger, () =>
        {
            if (IsIdle && _daemon.IsThere)
            {
                // It holds the lock and may connect yet, or die before it has.
                LeaveIfIdle();
            }
            else if (IsIdle)
            {
                Leave();
            }
        });
    }

    private void OnTerminate(PosixSignalContext context)
    {
        // The host goes down, or somebody means it: everything is asked to end, and then we leave too.
        context.Cancel = true;
        _loop.Post(EndAllAndLeave);
    }

    /// <summary>Each has its own grace; what even SIGKILL does not end keeps us for no longer than it would keep whoever waits for it.</summary>
    private void EndAllAndLeave()
    {
        if (!_isLeaving)
        {
            _isLeaving = true;
            var longest = _processes.Values.Select(process => process.Order.StopGrace).DefaultIfEmpty().Max();
            _loop.After(longest + ProcessFamily.KillPatience, Leave);
            foreach (var process in _processes.Values.ToArray())
            {
                End(process.Key, process.Order.StopSignal, process.Order.StopGrace, _ => { });
            }
        }

        LeaveIfToldTo();
    }

    /// <summary>Once nothing is left to end.</summary>
    private void LeaveIfToldTo()
    {
        if (_isLeaving && _processes.Values.All(process => process.Alone))
        {
            Leave();
        }
    }

    private void Leave()
    {
        EndStrangers();
        _loop.Stop();
    }

    /// <summary>What would be started now would be ended at once, without its grace.</summary>
    private void RequireStaying()
    {
        if (_isLeaving)
        {
            throw new GuardianException(GuardianProtocol.LeavingCode, "the guardian was told to leave, and starts nothing more");
        }
    }

    /// <summary>With no family left, whatever is still our child is nobody's.</summary>
    private void EndStrangers()
    {
        var now = new ProcessFamily();
        ProcessFamily.Kill(now.Members(session: 0, Strangers(now).Select(stranger => stranger.Pid), isMarked: null));
    }
}
