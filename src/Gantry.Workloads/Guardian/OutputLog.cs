using Gantry.Workloads.Logs;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// One replica's log for as long as the disk may or may not take it: tries again while it does not, counts what was let
/// go, and writes that count once there is room. It may outlive the run that it belongs to, and goes over to the next.
/// </summary>
internal sealed class OutputLog(EventLoop loop, LogWriter writer, TimeProvider time) : IDisposable
{
    /// <summary>How long a process waits for a full disk before its output is let go.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(200);

    private EventLoop.Timer? _retry;
    private long _blockedSince;
    private long _lostLines;
    private long _lostBytes;

    /// <summary>Whether the disk has not taken everything yet.</summary>
    public bool IsBlocked => _retry is not null;

    /// <summary>Whether it has not for so long that what comes is to be let go.</summary>
    public bool IsLetting => IsBlocked && time.GetElapsedTime(_blockedSince) > Patience;

    /// <summary>Why the disk does not take it, in words.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Called when it becomes blocked, with each vain try, and when it is no more.</summary>
    public Action? Changed { get; set; }

    /// <summary>Writes a remark of Gantry's own among the lines.</summary>
    public void Remark(string text)
    {
        writer.Remark(text);
        Flush();
    }

    /// <summary>As <see cref="LogWriter.Append"/>; see <see cref="Flush"/>.</summary>
    public void Append(LogStream stream, ReadOnlySpan<byte> text, bool whole) => writer.Append(stream, text, whole);

    /// <summary>Only counts it.</summary>
    public void LetGo(ReadOnlySpan<byte> bytes)
    {
        _lostBytes += bytes.Length;
        _lostLines += bytes.Count((byte)'\n');
    }

    /// <summary>Writes what there is; where the disk will not take it, that is tried again and again.</summary>
    public void Flush()
    {
        var wasBlocked = IsBlocked;
        _retry?.Cancel();
        _retry = null;
        if (writer.Flush() && _lostBytes > 0)
        {
            writer.Remark($"{_lostLines} lines ({_lostBytes} bytes) were lost here: {Reason}");
            (_lostLines, _lostBytes) = (0, 0);
            writer.Flush();
        }

        if (writer.Pending > 0)
        {
            _retry = loop.After(RetryEvery, Flush);
            if (!wasBlocked)
            {
                _blockedSince = time.GetTimestamp();
                Reason = writer.Failure ?? "";
            }
        }

        if (wasBlocked || IsBlocked)
        {
            Changed?.Invoke();
        }
    }

    public void Dispose()
    {
        _retry?.Cancel();
        writer.Flush();
        writer.Dispose();
    }
}
