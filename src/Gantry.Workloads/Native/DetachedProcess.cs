using System.Runtime.Versioning;

namespace Gantry.Workloads.Native;

/// <summary>
/// A process of ours that outlives us: in a session of its own, without our terminal, its output in a file or nowhere. Whoever
/// started it can see whether it has ended; disposing is not needed, for nothing is held.
/// </summary>
public sealed class DetachedProcess
{
    private int? _exit;

    private DetachedProcess(int pid) => Pid = pid;

    public int Pid { get; }

    /// <summary>Starts a program in the folder <c>/</c> with nothing to read.</summary>
    /// <param name="path">Absolute path of the program.</param>
    /// <param name="arguments">All of them, the program's own name first.</param>
    /// <param name="environment">The whole of it; nothing is inherited.</param>
    /// <param name="logFile">Gets stdout and stderr at its end; made (0600) where it is missing. Null where nobody wants them.</param>
    /// <exception cref="IOException">The program cannot be started, or the file not be written.</exception>
    [UnsupportedOSPlatform("windows")]
    public static DetachedProcess Start(
        string path, IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string>> environment, string? logFile)
    {
        using var log = logFile is null ? null : AppendingFile.Open(logFile);
        var fd = (int?)log?.DangerousGetHandle() ?? -1;
        var pid = ProcessStarter.Start(new ProcessStart
        {
            Path = path,
            Arguments = arguments,
            Environment = environment,
            WorkingDirectory = "/",
            Stdout = fd,
            Stderr = fd,
        });
        return pid > 0 ? new DetachedProcess(pid) : throw new IOException($"cannot start {path}: {Libc.Describe(-pid)}");
    }

    /// <summary>How it ended, as shells report it; null while it runs.</summary>
    public int? FindExit()
    {
        if (_exit is null && Libc.WaitPid(Pid, out var status, Libc.WNOHANG) == Pid)
        {
            _exit = WaitStatus.Code(status);
        }

        return _exit;
    }
}
