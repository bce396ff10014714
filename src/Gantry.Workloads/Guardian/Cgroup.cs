using System.Globalization;
using System.Runtime.InteropServices;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>One control group, as its folder shows it. What is gone counts as empty: everybody who asks hopes for that.</summary>
internal static class Cgroup
{
    private const string Procs = "cgroup.procs";

    /// <summary>The pids in the group and in those below it.</summary>
    public static List<int> Members(string folder)
    {
        var pids = new List<int>();
        try
        {
            foreach (var line in File.ReadLines(Path.Combine(folder, Procs)))
            {
                if (int.TryParse(line, CultureInfo.InvariantCulture, out var pid) && pid > 0)
                {
                    pids.Add(pid);
                }
            }

            foreach (var child in Directory.EnumerateDirectories(folder))
            {
                pids.AddRange(Members(child));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone in the meantime.
        }

        return pids;
    }

    /// <summary>Has the kernel kill all of it at once, where it can (version 2, Linux 5.14).</summary>
    public static void Kill(string folder)
    {
        var path = Path.Combine(folder, "cgroup.kill");
        try
        {
            if (File.Exists(path))
            {
                File.WriteAllText(path, "1");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The group went away between the two lines, or is not ours to kill.
        }
    }

    /// <summary>Whether the kernel ended something in the group for want of memory.</summary>
    public static bool RanOutOfMemory(string folder) =>
        ReadCount(Path.Combine(folder, "memory.events"), "oom_kill") > 0 || ReadCount(Path.Combine(folder, "memory.oom_control"), "oom_kill") > 0;

    /// <summary>Makes the group where it is missing. False where that may not be.</summary>
    public static bool TryMake(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes the group and those below it. False where something is still in one.</summary>
    public static bool Remove(string folder)
    {
        try
        {
            foreach (var child in Directory.EnumerateDirectories(folder))
            {
                Remove(child);
            }

            // The files in a group are the kernel's: only rmdir(2) applies, which is what a non-recursive delete is.
            Directory.Delete(folder, recursive: false);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether processes of ours may join the groups below. What it takes is spread over the group that they leave, the one
    /// that they join and the two groups' common ancestor; only one that tries can tell.
    /// </summary>
    public static bool CanHold(string folder)
    {
        var trial = Path.Combine(folder, "trial");
        var joined = TryMake(trial) && HasJoined(trial);
        Remove(trial);
        return joined;
    }

    private static bool HasJoined(string folder)
    {
        var pid = ProcessStarter.Start(new ProcessStart
        {
            Path = Launch.Shell,
            Arguments = [Launch.Shell, "-c", "echo $$ > \"$1/cgroup.procs\"", Launch.Shell, folder],
            Environment = [],
        });
        if (pid < 0)
        {
            return false;
        }

        int status;
        while (Libc.WaitPid(pid, out status, 0) < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR)
        {
        }

        return status == 0;
    }

    private static long ReadCount(string path, string name)
    {
        try
        {
            var line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
