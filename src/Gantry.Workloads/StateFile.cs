using System.Runtime.InteropServices;
using Gantry.Workloads.Native;

namespace Gantry.Workloads;

/// <summary>The files in which a daemon keeps for the next one what it has to know.</summary>
internal static class StateFile
{
    /// <summary>Makes a folder (0700) where it is missing, and never what is above it: a home that was removed is not to come back as an empty one.</summary>
    /// <exception cref="WorkloadException">It cannot be made.</exception>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (Libc.MakeFolder(path, 0x1C0 /* 0700 */) != 0 && Marshal.GetLastPInvokeError() is var error and not Libc.EEXIST)
        {
            throw Failed("make", path, error switch
            {
                Libc.ENOENT => new DirectoryNotFoundException(Libc.Describe(error)),
                Libc.EACCES or Libc.EPERM => new UnauthorizedAccessException(Libc.Describe(error)),
                _ => new IOException(Libc.Describe(error), error),
            });
        }
    }

    /// <summary>The folder has to be there.</summary>
    /// <exception cref="WorkloadException">It cannot be written; the old content stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            AtomicFile.Write(path, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed("write", path, e);
        }
    }

    /// <exception cref="WorkloadException">It cannot be deleted, and is there still.</exception>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone with its folder.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed("delete", path, e);
        }
    }

    private static WorkloadException Failed(string verb, string path, Exception exception) => new(
        new Fault(
            "state-not-saved",
            $"cannot {verb} {path}: {exception.Message}",
            RemedyFor(exception)),
        exception);

    /// <summary>What to do, by what the kernel said: outside of Windows that is the number of an exception that has no type of its own.</summary>
    internal static string RemedyFor(Exception exception) => exception switch
    {
        UnauthorizedAccessException or { InnerException: UnauthorizedAccessException } => "have everything in Gantry's home belong to the daemon's user",
        DirectoryNotFoundException => "Gantry's home was removed; the next daemon makes another",
        { HResult: Libc.ENOSPC or Libc.EDQUOT } => "make room on the disk",
        { HResult: Libc.EROFS } => "the disk is mounted read-only: mount it writable, or set GANTRY_HOME to a folder on another one",
        _ => "see that Gantry's home can be written; gantry doctor looks at it",
    };
}
