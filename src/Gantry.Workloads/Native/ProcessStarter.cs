using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Workloads.Native;

/// <summary>How a process is to be started: nothing is inherited that is not named here.</summary>
internal sealed record ProcessStart
{
    /// <summary>Absolute path of the executable.</summary>
    public required string Path { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required IEnumerable<KeyValuePair<string, string>> Environment { get; init; }

    public string? WorkingDirectory { get; init; }

    /// <summary>Descriptors of ours that become 0, 1 and 2; -1 for /dev/null.</summary>
    public int Stdin { get; init; } = -1;

    public int Stdout { get; init; } = -1;

    public int Stderr { get; init; } = -1;

    /// <summary>A terminal device that becomes 0, 1 and 2 and the new session's controlling terminal; stronger than the descriptors.</summary>
    public string? Terminal { get; init; }
}

/// <summary>
/// Starts processes by posix_spawn(3), each in a session of its own, with default signal actions and no blocked signal:
/// the runtime ignores SIGPIPE and children would inherit that. Every descriptor of ours is close-on-exec.
/// </summary>
internal static unsafe class ProcessStarter
{
    /// <summary>Starts and returns the pid; a negative value is the negated errno.</summary>
    public static int Start(ProcessStart start)
    {
        var actions = stackalloc byte[Libc.SpawnTypeSize];
        var attributes = stackalloc byte[Libc.SpawnTypeSize];
        var signals = stackalloc byte[Libc.SignalSetSize];
        _ = Libc.FileActionsInit(actions);
        _ = Libc.SpawnAttributesInit(attributes);
        using var path = new NativeText(start.Path);
        using var arguments = new NativeList(start.Arguments);
        using var environment = new NativeList(start.Environment.Select(pair => $"{pair.Key}={pair.Value}"));
        try
        {
            _ = Libc.SignalSetFill(signals);
            _ = Libc.SpawnAttributesSetSignalDefaults(attributes, signals);
            _ = Libc.SignalSetEmpty(signals);
            _ = Libc.SpawnAttributesSetSignalMask(attributes, signals);
            _ = Libc.SpawnAttributesSetFlags(attributes, Libc.POSIX_SPAWN_SETSID | Libc.POSIX_SPAWN_SETSIGDEF | Libc.POSIX_SPAWN_SETSIGMASK);
            AddStreams(actions, start);
            if (start.WorkingDirectory is { } folder)
            {
                _ = Libc.FileActionsAddChdir(actions, folder);
            }

            var error = Libc.PosixSpawn(out var pid, path.Pointer, actions, attributes, arguments.Pointer, environment.Pointer);
            return error == 0 ? pid : -error;
        }
        finally
        {
            _ = Libc.FileActionsDestroy(actions);
            _ = Libc.SpawnAttributesDestroy(attributes);
        }
    }

    private static void AddStreams(byte* actions, ProcessStart start)
    {
        if (start.Terminal is { } terminal)
        {
            // A session leader's first terminal becomes its controlling one (open(2), O_NOCTTY not given).
            _ = Libc.FileActionsAddOpen(actions, 0, terminal, Libc.O_RDWR, 0);
            _ = Libc.FileActionsAddDup2(actions, 0, 1);
            _ = Libc.FileActionsAddDup2(actions, 0, 2);
            return;
        }

        AddStream(actions, start.Stdin, 0, Libc.O_RDONLY);
        AddStream(actions, start.Stdout, 1, Libc.O_WRONLY);
        AddStream(actions, start.Stderr, 2, Libc.O_WRONLY);
    }

    private static void AddStream(byte* actions, int fd, int target, int flags)
    {
        if (fd < 0)
        {
            _ = Libc.FileActionsAddOpen(actions, target, "/dev/null", flags, 0);
        }
        else
        {
            _ = Libc.FileActionsAddDup2(actions, fd, target);
        }
    }

    private sealed class NativeText(string text) : IDisposable
    {
        public byte* Pointer { get; } = (byte*)Marshal.StringToCoTaskMemUTF8(text);

        public void Dispose() => Marshal.FreeCoTaskMem((nint)Pointer);
    }

    /// <summary>A null-terminated array of C strings in one block.</summary>
    private sealed class NativeList : IDisposable
    {
        public NativeList(IEnumerable<string> items)
        {
            var texts = items.ToArray();
            var table = (texts.Length + 1) * sizeof(nint);
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(table + texts.Sum(text => Encoding.UTF8.GetByteCount(text) + 1)));
            var next = (byte*)Pointer + table;
            for (var i = 0; i < texts.Length; i++)
            {
                Pointer[i] = next;
                next += Encoding.UTF8.GetBytes(texts[i], new Span<byte>(next, Encoding.UTF8.GetByteCount(texts[i])));
                *next++ = 0;
            }
        }

        public byte** Pointer { get; }

        public void Dispose() => NativeMemory.Free(Pointer);
    }
}
