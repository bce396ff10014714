using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Workloads.Native;

/// <summary>Files that several processes write to their end, a shell's <c>&gt;&gt;</c>.</summary>
internal static class AppendingFile
{
    /// <summary>Opens a file (0600 where it is made) so that every write goes to its end, wherever that is by then: the framework's own mode seeks only once.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    [UnsupportedOSPlatform("windows")]
    public static SafeFileHandle Open(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            BufferSize = 0,
        };
        using var made = new FileStream(path, options);
        var fd = Libc.Open(path, Libc.O_WRONLY | Libc.O_CLOEXEC | Libc.O_APPEND, 0);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new IOException($"cannot open {path}");
    }
}
