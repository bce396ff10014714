using Gantry.Workloads.Native;

namespace Gantry.Workloads;

/// <summary>The files in which a daemon keeps for the next one what it has to know.</summary>
internal static class StateFile
{
    /// <exception cref="WorkloadException">It cannot be written; the old content stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            if (Directory.Exists(Path.GetDirectoryName(folder)))
            {
                // Never with what is above it: a home that was removed is not to come back as an empty one.
                Directory.CreateDirectory(folder);
            }

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
            exception is UnauthorizedAccessException or { InnerException: UnauthorizedAccessException } ? "have everything in Gantry's home belong to the daemon's user" : "make room on the disk"),
        exception);
}
