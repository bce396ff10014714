using System.Runtime.InteropServices;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// Has children reaped when they have ended, by a thread of its own that waits for them (waitid(2)). The runtime hands
/// each SIGCHLD to a thread of its pool, a new thread takes descriptors, and without any the runtime gives up: that must
/// not be the end of a guardian that has none left.
/// </summary>
/// <param name="reap">Takes notice of every child that has ended, on the loop's thread.</param>
internal sealed class ChildWatch(EventLoop loop, Action reap)
{
    /// <summary>Set where there may be children that nobody has looked for: the process's, of which there is one guardian.</summary>
    private static readonly AutoResetEvent MayHave = new(initialState: false);

    /// <summary>Begins, for as long as the process lives.</summary>
    public void Start() => new Thread(Watch) { IsBackground = true, Name = "children" }.Start();

    /// <summary>To be called after each start: with no child at all there is nothing to wait for.</summary>
    public static void LookAgain() => MayHave.Set();

    private unsafe void Watch()
    {
        while (true)
        {
            // Only looked at: an end must not be forgotten before the loop has taken notice.
            if (Libc.WaitId(Libc.P_ALL, 0, null, Libc.WEXITED | Libc.WNOWAIT) == 0)
            {
                loop.Post(Reap);
            }
            else if (Marshal.GetLastPInvokeError() == Libc.EINTR)
            {
                continue;
            }

            MayHave.WaitOne();
        }
    }

    private void Reap()
    {
        reap();
        LookAgain();
    }
}
