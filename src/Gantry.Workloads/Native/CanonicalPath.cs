using System.Runtime.InteropServices;

namespace Gantry.Workloads.Native;

/// <summary>Paths with every link resolved, so that one folder has one name.</summary>
public static class CanonicalPath
{
    /// <summary>The canonical form of an existing path; where it does not exist, its absolute form.</summary>
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
            return full;
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
