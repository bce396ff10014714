using System.Collections.Immutable;
using System.Globalization;
using Gantry.Workloads.Logs;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>One replica's process with its pipes, from its start until it is forgotten.</summary>
internal sealed class GuardedProcess : IDisposable
{
    private GuardedProcess(StartOrder order, int pid, ulong startTime, DateTimeOffset startedAt, OutputLog log, OutputPump output, NotifySocket? notify)
    {
        // What it was started with is its own by now, and may be megabytes.
        Order = order with { Arguments = [], Environment = ImmutableDictionary<string, string>.Empty };
        Pid = pid;
        StartTime = startTime;
        StartedAt = startedAt;
        Log = log;
        Output = output;
        Notify = notify;
    }

    /// <summary>Without the command and its environment.</summary>
    public StartOrder Order { get; }

    public string Key => Order.Key;

    /// <summary>The main process, and so also its session and its process group.</summary>
    public int Pid { get; }

    public ulong StartTime { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>Its owner's, as it may go on for longer.</summary>
    public OutputLog Log { get; }

    public OutputPump Output { get; }

    public NotifySocket? Notify { get; }

    /// <summary>How the main process ended; null while it runs.</summary>
    public ExitStatus? Exit { get; set; }

    /// <summary>Whether the main process and all its descendants are gone.</summary>
    public bool Alone { get; set; }

    /// <summary>Whether it was looked, after its end, who of its descendants is left.</summary>
    public bool WasLookedAt { get; set; }

    /// <summary>Whether it ends because its daemon has: nobody is going to take notice of its end, however long that takes.</summary>
    public bool IsOrphaned { get; set; }

    public bool Notified { get; set; }

    /// <summary>Whether somebody else's word that it is ready was refused, and that was told.</summary>
    public bool HasRefused { get; set; }

    /// <summary>See <see cref="GuardedState.Said"/>.</summary>
    public string? Said { get; set; }

    public GuardedState State => new(Key, Order.Lifetime, Pid, StartTime, StartedAt, Exit, Alone, Notified, Order.Tag) { Said = Said };

    /// <summary>Starts the process of an order.</summary>
    /// <param name="log">Where its output goes; the caller disposes of it.</param>
    /// <param name="notified">Gets each word that it is ready, and who sent it; false where that is refused.</param>
    /// <exception cref="GuardianException">It could not be started; the code and message say why.</exception>
    public static GuardedProcess Start(StartOrder order, OutputLog log, CgroupTree cgroups, EventLoop loop, TimeProvider time, Func<GuardedProcess, Sender, bool> notified)
    {
        GuardedProcess? process = null;
        using var stdout = new Pipe();
        using var stderr = new Pipe();
        NotifySocket? notify = null;
        OutputPump? output = null;
        var pid = 0;
        try
        {
            notify = order.NotifySocket is { } address ? NotifySocket.Listen(address, loop, sender => notified(process!, sender)) : null;
            pid = Spawn(order, cgroups, stdout.WriteEnd, stderr.WriteEnd);
            output = new OutputPump(loop, log, stdout.TakeReadEnd(), stderr.TakeReadEnd());
            log.Remark(string.Create(CultureInfo.InvariantCulture, $"{LogRecord.Started}{pid}"));
            return process = new GuardedProcess(order, pid, ProcessTable.Find(pid)?.StartTime ?? 0, time.GetUtcNow(), log, output, notify);
        }
        catch
        {
            if (pid > 0)
            {
                // Nobody would know of it.
                cgroups.Kill(order.Key);
                _ = Libc.Kill(-pid, Signals.Kill);
            }

            notify?.Dispose();
            cgroups.Remove(order.Key);
            output?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Notify?.Dispose();
        Output.Dispose();
    }

    private static int Spawn(StartOrder order, CgroupTree cgroups, int stdout, int stderr)
    {
        var (path, arguments) = Launch.Wrap(order.Path, order.Arguments, Join(order, cgroups), order.User, order.Limits.OpenFiles);
        var pid = ProcessStarter.Start(new ProcessStart
        {
            Path = path,
            Arguments = arguments,
            Environment = order.Environment,
            WorkingDirectory = order.WorkingDirectory,
            Stdout = stdout,
            Stderr = stderr,
        });
        return pid > 0 ? pid : throw new GuardianException("start-failed", $"cannot start {order.Path}: {Libc.Describe(-pid)}");
    }

    private static CgroupSeats Join(StartOrder order, CgroupTree cgroups)
    {
        try
        {
            return cgroups.Create(order.Key, order.Limits);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuardianException("limit-refused", $"the kernel refused a control group for {order.Key}: {e.Message}");
        }
    }
}
