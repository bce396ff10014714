using System.Runtime.InteropServices;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>A pipe of which one end goes to a child and the other is kept.</summary>
internal sealed unsafe class Pipe : IDisposable
{
    public Pipe()
    {
        var fds = stackalloc int[2];
        if (Libc.Pipe2(fds, Libc.O_CLOEXEC) != 0)
        {
            throw new GuardianException("out-of-descriptors", $"cannot make a pipe: {Libc.Describe(Marshal.GetLastPInvokeError())}");
        }

        (ReadEnd, WriteEnd) = (fds[0], fds[1]);
    }

    public int ReadEnd { get; private set; }

    public int WriteEnd { get; private set; }

    /// <summary>From here on the caller closes it.</summary>
    public int TakeReadEnd()
    {
        var fd = ReadEnd;
        ReadEnd = -1;
        return fd;
    }

    /// <summary>From here on the caller closes it.</summary>
    public int TakeWriteEnd()
    {
        var fd = WriteEnd;
        WriteEnd = -1;
        return fd;
    }

    public void Dispose()
    {
        if (ReadEnd >= 0)
        {
            _ = Libc.Close(ReadEnd);
        }

        if (WriteEnd >= 0)
        {
            _ = Libc.Close(WriteEnd);
        }
    }
}
