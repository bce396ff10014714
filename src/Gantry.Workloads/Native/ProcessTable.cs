using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Workloads.Native;

/// <summary>A process as <c>/proc/&lt;pid&gt;/stat</c> shows it (proc(5)).</summary>
/// <param name="StartTime">In clock ticks since boot; with the pid it names one process for good.</param>
public readonly record struct ProcessInfo(int Pid, int Parent, int Group, int Session, ulong StartTime, char State)
{
    /// <summary>Ended, and only waiting for its parent to take notice.</summary>
    public bool IsZombie => State is 'Z' or 'X';
}

/// <summary>
/// The host's processes, read from <c>/proc</c>. A process that is gone is told from one that cannot be looked at for want
/// of descriptors or memory: that is an <see cref="IOException"/>, for whoever took it for an end would be mistaken.
/// </summary>
public static class ProcessTable
{
    /// <summary>Every process that could be read, in no order.</summary>
    public static List<ProcessInfo> Read()
    {
        var processes = new List<ProcessInfo>(128);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            var name = folder.AsSpan("/proc/".Length);
            if (char.IsAsciiDigit(name[0]) && int.TryParse(name, out var pid) && Find(pid) is { } process)
            {
                processes.Add(process);
            }
        }

        return processes;
    }

    /// <summary>One process, or null where it is gone.</summary>
    public static ProcessInfo? Find(int pid)
    {
        Span<byte> buffer = stackalloc byte[1024];
        var length = ReadSome($"/proc/{pid}/stat", buffer);
        return length > 0 ? Parse(pid, buffer[..length]) : null;
    }

    /// <summary>Whether the pid still is the process that started at that time, zombies excepted.</summary>
    public static bool IsAlive(int pid, ulong startTime) =>
        Find(pid) is { IsZombie: false } process && process.StartTime == startTime;

    /// <summary>The short name of a process's program (15 characters at most), or null where it is gone.</summary>
    public static string? NameOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The value of a variable in the environment a process was started with; null where it has none or may not be read.</summary>
    public static string? EnvironmentOf(int pid, string variable)
    {
        byte[] environment;
        try
        {
            environment = File.ReadAllBytes($"/proc/{pid}/environ");
        }
        catch (Exception e) when (IsGoneOrHidden(e))
        {
            return null;
        }

        var prefix = System.Text.Encoding.UTF8.GetBytes(variable + "=");
        ReadOnlySpan<byte> rest = environment;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)0);
            var entry = end < 0 ? rest : rest[..end];
            if (entry.StartsWith(prefix))
            {
                return System.Text.Encoding.UTF8.GetString(entry[prefix.Length..]);
            }

            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return null;
    }

    private static int ReadSome(string path, Span<byte> buffer)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            return RandomAccess.Read(file, buffer, 0);
        }
        catch (Exception e) when (IsGoneOrHidden(e))
        {
            return 0;
        }
    }

    /// <summary>Reading of one that has just ended gives ESRCH, which the framework has no exception of its own for.</summary>
    private static bool IsGoneOrHidden(Exception e) =>
        e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or IOException { HResult: Libc.ESRCH };

    /// <summary>The name in parentheses may itself hold blanks and parentheses, so the fields are counted from the last one.</summary>
    private static ProcessInfo? Parse(int pid, ReadOnlySpan<byte> stat)
    {
        var close = stat.LastIndexOf((byte)')');
        if (close < 0 || close + 2 >= stat.Length)
        {
            return null;
        }

        Span<Range> fields = stackalloc Range[24];
        var rest = stat[(close + 2)..];
        var count = 0;
        var start = 0;
        for (var i = 0; i <= rest.Length && count < fields.Length; i++)
        {
            if (i == rest.Length || rest[i] == ' ')
            {
                fields[count++] = start..i;
                start = i + 1;
            }
        }

        // Field 3 of proc(5) is the first one here: state, ppid, pgrp, session, …, and starttime is field 22.
        const int startTimeField = 22 - 3;
        if (count <= startTimeField)
        {
            return null;
        }

        return new ProcessInfo(
            pid,
            (int)Number(rest[fields[1]]),
            (int)Number(rest[fields[2]]),
            (int)Number(rest[fields[3]]),
            Number(rest[fields[startTimeField]]),
            (char)rest[0]);
    }

    private static ulong Number(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out ulong value, out _) ? value : 0;
}
