using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Workloads.Native;

/// <summary>Opens files that somebody else named: a pipe or a device in a file's place must not stop us.</summary>
public static class RegularFile
{
    /// <summary>Opens for reading, without ever waiting for a pipe's other end.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be read, or is no regular file.</exception>
    public static SafeFileHandle OpenRead(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.OpenHandle(path);
        }

        var fd = Libc.Open(path, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0);
        if (fd < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw error is Libc.ENOENT or Libc.ENOTDIR ? new FileNotFoundException(Libc.Describe(error), path) : new IOException(Libc.Describe(error));
        }

        var handle = new SafeFileHandle(fd, ownsHandle: true);
        using var probe = new FileStream(new SafeFileHandle(fd, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        if (probe.CanSeek)
        {
            return handle;
        }

        handle.Dispose();
        throw new IOException("it is a pipe or a device, not a file");
    }
}
