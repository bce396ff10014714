using Gantry.Workloads.Logs;

namespace Gantry.Workloads.Guardian;

/// <summary>Opens and closes the logs of what runs. Those whose run is forgotten stay open until the disk has taken them whole.</summary>
/// <param name="failed">Gets what is lost in the end.</param>
internal sealed class OutputLogs(EventLoop loop, TimeProvider time, Action<Exception> failed) : IDisposable
{
    private readonly Dictionary<string, OutputLog> _unwritten = [];

    /// <summary>The log of the next run; the one of the last run goes on where it is not written yet.</summary>
    public OutputLog Open(StartOrder order) =>
        _unwritten.Remove(order.Key, out var before) ? before : new OutputLog(loop, new LogWriter(order.LogFolder, order.LogRotation, time), time);

    /// <summary>Lets go of a log, now or once the disk has taken it.</summary>
    public void Close(string key, OutputLog log)
    {
        log.Changed = null;
        if (!log.IsBlocked)
        {
            log.Dispose();
            return;
        }

        _unwritten.Add(key, log);
        log.Changed = () =>
        {
            if (!log.IsBlocked)
            {
                _unwritten.Remove(key);
                log.Dispose();
            }
        };
    }

    /// <summary>Tries for the last time, and tells what the disk would not take.</summary>
    public void Dispose()
    {
        foreach (var (key, log) in _unwritten.ToArray())
        {
            log.Flush();
            if (log.IsBlocked)
            {
                failed(new IOException($"the last output of {key} is lost: {log.Reason}"));
                log.Dispose();
            }
        }
    }
}
