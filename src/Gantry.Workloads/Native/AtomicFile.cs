using System.Runtime.InteropServices;

namespace Gantry.Workloads.Native;

/// <summary>Files that are either the old or the new content, whatever dies in between, the power included.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside, flushes to the disk, and renames over; readable by the owner alone. On return the new content is on the disk under its name.</summary>
    /// <exception cref="IOException">The disk is full or read-only, or this user may not write there; the old content stands, unless it is the last flush that failed.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        try
        {
            WriteFlushed(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"this user may not write there: {e.Message}", e);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }

        FlushFolderOf(path);
    }

    /// <summary>The same where nothing stands yet. False where something does, which then stays: of many who make a file at once, one does.</summary>
    /// <exception cref="IOException">The disk is full or read-only.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write there.</exception>
    public static bool TryMake(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{RandomText.Hex(4)}";
        try
        {
            WriteFlushed(temporary, content);
            File.Move(temporary, path, overwrite: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            if (File.Exists(path))
            {
                return false;
            }

            throw;
        }

        FlushFolderOf(path);
        return true;
    }

    private static void WriteFlushed(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>A name is the folder's content, and is on the disk once the folder is (fsync(2)).</summary>
    private static void FlushFolderOf(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var fd = Libc.Open(folder, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (fd < 0)
        {
            // A folder that may be written and not be read cannot be flushed by itself.
            return;
        }

        try
        {
            if (Libc.Flush(fd) != 0 && Marshal.GetLastPInvokeError() is var error and not (Libc.EINVAL or Libc.EROFS))
            {
                throw new IOException($"cannot flush {folder} to the disk: {Libc.Describe(error)}");
            }
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }
}
