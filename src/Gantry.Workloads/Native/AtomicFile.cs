namespace Gantry.Workloads.Native;

/// <summary>Files that are either the old or the new content, whatever dies in between.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside, flushes to the disk, and renames over; readable by the owner alone.</summary>
    /// <exception cref="IOException">The disk is full or read-only, or this user may not write there; the old content stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

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
    }
}
