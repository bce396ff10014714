using System.Runtime.InteropServices;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// A few descriptors that are always to be had: without any the guardian could neither look at the host's processes, nor
/// begin a log's next segment, nor hear a daemon, and what it keeps could not be ended. So whatever takes some for long
/// asks first, and is refused before they run out.
/// </summary>
internal static class DescriptorReserve
{
    /// <summary>More than any one piece of work has open at a time; there is one thread that works.</summary>
    public const int ForWork = 12;

    /// <summary>The same, and what a start takes: two or three pipes, a log, a socket or a terminal.</summary>
    public const int ForStart = ForWork + 12;

    /// <summary>Whether so many more could be opened right now.</summary>
    public static bool Has(int count)
    {
        Span<int> taken = stackalloc int[count];
        var opened = 0;
        var isShort = false;
        while (opened < count && !isShort)
        {
            var fd = Libc.Open("/dev/null", Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
            isShort = fd < 0 && Marshal.GetLastPInvokeError() is Libc.EMFILE or Libc.ENFILE;
            taken[opened++] = fd;
        }

        foreach (var fd in taken[..opened])
        {
            _ = fd < 0 ? 0 : Libc.Close(fd);
        }

        return !isShort;
    }

    /// <exception cref="GuardianException">There is nothing to start anything with.</exception>
    public static void RequireForStart()
    {
        if (!Has(ForStart))
        {
            throw new GuardianException(
                "out-of-descriptors",
                "the guardian has no file descriptors left to start anything more: end something, or take all workspaces down and start the daemon with a higher limit of open files (ulimit -n)");
        }
    }
}
