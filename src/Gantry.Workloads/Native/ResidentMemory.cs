using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Workloads.Native;

/// <summary>
/// Gives back the memory that a start or a piece of work needed and rest does not. Half of an idle .NET process is code
/// of libraries that ran once: it is mapped from files, the kernel's cache keeps it, and what is needed again comes back
/// by a page fault without a read.
/// </summary>
public static unsafe partial class ResidentMemory
{
    private const int DontNeed = 4; // MADV_DONTNEED, madvise(2)

    /// <summary>Collects garbage, returns free memory and drops clean pages of mapped files. Takes some ten milliseconds.</summary>
    public static void Release()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux())
        {
            TrimHeap();
            try
            {
                DropCleanPages();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Without a free descriptor there are other worries than memory.
            }
        }
    }

    private static void TrimHeap()
    {
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without malloc_trim(3), such as musl, returns free memory by itself.
        }
    }

    /// <summary>
    /// Drops the pages of every mapping that is private, backed by a file, not writable, and has no page of its own: a
    /// page that was ever changed (a relocation, for one) exists nowhere else and must stay.
    /// </summary>
    private static void DropCleanPages()
    {
        (nuint Start, nuint End)? mapping = null;
        foreach (var line in File.ReadLines("/proc/self/smaps", Encoding.UTF8))
        {
            // A mapping's head is `start-end permissions offset device inode path` (proc_pid_maps(5)), its figures follow.
            if (line.Length > 0 && char.IsAsciiHexDigitLower(line[0]))
            {
                mapping = Droppable(line);
            }
            else if (mapping is { } found && line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (line.EndsWith(" 0 kB", StringComparison.Ordinal))
                {
                    _ = Advise((void*)found.Start, found.End - found.Start, DontNeed);
                }

                mapping = null;
            }
        }
    }

    private static (nuint Start, nuint End)? Droppable(string head)
    {
        var space = head.IndexOf(' ');
        var dash = head.IndexOf('-');
        var permissions = head.AsSpan(space + 1, 4);
        return permissions[1] == '-' && permissions[3] == 'p' && head.Contains(" /", StringComparison.Ordinal)
            ? (Address(head.AsSpan(0, dash)), Address(head.AsSpan(dash + 1, space - dash - 1)))
            : null;
    }

    private static nuint Address(ReadOnlySpan<char> text) => nuint.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keep);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
