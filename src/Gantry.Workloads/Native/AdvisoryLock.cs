using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Workloads.Native;

/// <summary>
/// A lock on a file that the kernel releases when its holder dies. Open-file-description locks (fcntl(2), Linux 3.15),
/// because others can ask whether one is held without taking it: a guardian that tests by taking would get in the way
/// of the daemon that is just starting.
/// </summary>
public sealed class AdvisoryLock : IDisposable
{
    private readonly SafeFileHandle _file;

    private AdvisoryLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock, or returns null where somebody else holds it. The file is made (0600) where it is missing and never removed.</summary>
    public static AdvisoryLock? TryTake(string path)
    {
        var file = Open(path);
        var request = new Libc.FileLock { Type = Libc.F_WRLCK };
        if (Libc.FcntlLock((int)file.DangerousGetHandle(), Libc.F_OFD_SETLK, ref request) == 0)
        {
            return new AdvisoryLock(file);
        }

        var error = Marshal.GetLastPInvokeError();
        file.Dispose();
        return error is Libc.EAGAIN or Libc.EACCES
            ? null
            : throw new IOException($"cannot lock {path}: {Libc.Describe(error)}");
    }

    /// <summary>Whether somebody holds the lock right now.</summary>
    public static bool IsHeld(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = Open(path);
        var query = new Libc.FileLock { Type = Libc.F_WRLCK };
        return Libc.FcntlLock((int)file.DangerousGetHandle(), Libc.F_OFD_GETLK, ref query) == 0 && query.Type != Libc.F_UNLCK;
    }

    /// <summary>Whether what lies at the path is still the file that is locked, which somebody may have removed or replaced.</summary>
    /// <param name="path">Canonical.</param>
    public bool IsAt(string path) => !OperatingSystem.IsLinux() || new FileInfo($"/proc/self/fd/{_file.DangerousGetHandle()}").LinkTarget == path;

    /// <summary>Replaces what is written in the file, for people who look who holds it.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        RandomAccess.SetLength(_file, 0);
        RandomAccess.Write(_file, content, 0);
    }

    public void Dispose() => _file.Dispose();

    private static SafeFileHandle Open(string path)
    {
        // The framework takes a flock(2) beside, shared for every FileShare but None: all of ours go together, and on a local
        // file system that is another kind of lock than ours.
        var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return handle;
    }
}
