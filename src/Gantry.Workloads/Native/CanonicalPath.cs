using System.Runtime.InteropServices;

namespace Gantry.Workloads.Native;

/// <summary>Paths with every link resolved, so that one folder has one name.</summary>
public static class CanonicalPath
{
    /// <summary>The canonical form of a path; of one that does not exist, that of its nearest folder that does, with the rest.</summary>
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (OperatingSystem.IsWindows())
        {
            return full;
        }

        var resolved = Libc.RealPath(full, 0);
        if (resolved == 0)
        {
            return Path.GetDirectoryName(full) is { } parent ? Path.Combine(Of(parent), Path.GetFileName(full)) : full;
        }

        try
        {
            return Marshal.PtrToStringUTF8(resolved)!;
        }
        finally
        {
            Libc.Free(resolved);
        }
    }
}
