using System.Runtime.InteropServices;
using Gantry.Workloads.Logs;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// Carries one replica's stdout and stderr from its pipes into its log. When the disk will not take more it stops
/// reading, so that the writer waits as at any full pipe; after <see cref="Patience"/> it reads on, counts what it has
/// to let go, and writes that count into the log once there is room.
/// </summary>
internal sealed unsafe class OutputPump : IDisposable
{
    /// <summary>How long a process waits for a full disk before its output is let go.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Read at most this much from one pipe before the others have their turn.</summary>
    private const int ChunkBytes = 64 << 10;

    /// <summary>Shared by all pumps: they all belong to one thread.</summary>
    private static readonly byte[] Chunk = new byte[ChunkBytes];

    private readonly EventLoop _loop;
    private readonly LogWriter _writer;
    private readonly TimeProvider _time;
    private readonly Source _stdout;
    private readonly Source _stderr;
    private EventLoop.Timer? _retry;
    private long _blockedSince;
    private long _lostLines;
    private long _lostBytes;
    private string _lostReason = "";

    /// <summary>Takes over both descriptors.</summary>
    public OutputPump(EventLoop loop, LogWriter writer, TimeProvider time, int stdout, int stderr)
    {
        _loop = loop;
        _writer = writer;
        _time = time;
        _stdout = new Source(stdout, LogStream.Stdout);
        _stderr = new Source(stderr, LogStream.Stderr);
        foreach (var source in Sources)
        {
            _ = Libc.FcntlInt(source.Fd, Libc.F_SETFL, Libc.O_NONBLOCK);
            _loop.Add(source.Fd, Libc.POLLIN, _ => ReadOnce(source));
        }
    }

    private bool IsBlocked => _retry is not null;

    private bool IsLetting => IsBlocked && _time.GetElapsedTime(_blockedSince) > Patience;

    private IEnumerable<Source> Sources => [_stdout, _stderr];

    /// <summary>Writes a remark of Gantry's own among the lines.</summary>
    public void Remark(string text)
    {
        _writer.Remark(text);
        Flush();
    }

    /// <summary>Reads what is already there, at the end of the main process: its last words come before the news of its end.</summary>
    public void Drain()
    {
        foreach (var source in Sources)
        {
            // A pipe holds 64 KiB unless enlarged to at most 1 MiB: more than that is a descendant still writing.
            for (var turns = 0; turns < 16 && source.Fd >= 0 && !IsBlocked && ReadOnce(source) == ChunkBytes; turns++)
            {
            }
        }
    }

    public void Dispose()
    {
        foreach (var source in Sources)
        {
            Close(source);
        }

        _retry?.Cancel();
        _writer.Flush();
        _writer.Dispose();
    }

    /// <summary>Reads one chunk; returns how much came, 0 or less at the end or where nothing is there.</summary>
    private nint ReadOnce(Source source)
    {
        if (source.Fd < 0)
        {
            return 0;
        }

        nint count;
        fixed (byte* chunk = Chunk)
        {
            count = Libc.Read(source.Fd, chunk, ChunkBytes);
        }

        if (count > 0)
        {
            Take(source, Chunk.AsSpan(0, (int)count));
        }
        else if (count == 0 || Marshal.GetLastPInvokeError() is not (Libc.EAGAIN or Libc.EINTR))
        {
            EndLine(source);
            Close(source);
        }

        return count;
    }

    private void Take(Source source, ReadOnlySpan<byte> bytes)
    {
        if (IsLetting)
        {
            LetGo(source, bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                _writer.Append(source.Stream, bytes, whole: false);
                source.InLine = true;
                break;
            }

            _writer.Append(source.Stream, bytes[..end], whole: true);
            source.InLine = false;
            bytes = bytes[(end + 1)..];
        }

        Flush();
    }

    private void LetGo(Source source, ReadOnlySpan<byte> bytes)
    {
        if (source.InLine)
        {
            // What was kept of this line must not be joined to what follows the gap.
            _writer.Append(source.Stream, [], whole: true);
            source.InLine = false;
        }

        _lostBytes += bytes.Length;
        _lostLines += bytes.Count((byte)'\n');
    }

    /// <summary>A last line without its line break is a line all the same.</summary>
    private void EndLine(Source source)
    {
        if (source.InLine && !IsLetting)
        {
            _writer.Append(source.Stream, [], whole: true);
            source.InLine = false;
            Flush();
        }
    }

    private void Flush()
    {
        if (_writer.Flush())
        {
            Unblock();
            return;
        }

        if (!IsBlocked)
        {
            _blockedSince = _time.GetTimestamp();
            _lostReason = _writer.Failure ?? "";
            SetEvents(0);
        }
        else if (IsLetting)
        {
            SetEvents(Libc.POLLIN);
        }

        _retry?.Cancel();
        _retry = _loop.After(RetryEvery, Flush);
    }

    private void Unblock()
    {
        if (!IsBlocked)
        {
            return;
        }

        _retry!.Cancel();
        _retry = null;
        if (_lostBytes > 0)
        {
            _writer.Remark($"{_lostLines} lines ({_lostBytes} bytes) were lost here: {_lostReason}");
            (_lostLines, _lostBytes) = (0, 0);
            Flush();
        }

        SetEvents(Libc.POLLIN);
    }

    private void SetEvents(short events)
    {
        foreach (var source in Sources.Where(source => source.Fd >= 0))
        {
            _loop.Change(source.Fd, events);
        }
    }

    private void Close(Source source)
    {
        if (source.Fd >= 0)
        {
            _loop.Remove(source.Fd);
            _ = Libc.Close(source.Fd);
            source.Fd = -1;
        }
    }

    private sealed class Source(int fd, LogStream stream)
    {
        public int Fd { get; set; } = fd;

        public LogStream Stream { get; } = stream;

        /// <summary>Whether the last record was a part of a line.</summary>
        public bool InLine { get; set; }
    }
}
