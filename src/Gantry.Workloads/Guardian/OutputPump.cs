using System.Runtime.InteropServices;
using Gantry.Workloads.Logs;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// Carries one replica's stdout and stderr from its pipes into its log. When the disk will not take more it stops
/// reading, so that the writer waits as at any full pipe; after <see cref="OutputLog.Patience"/> it reads on, and what it
/// has to let go is counted. The log stays its owner's.
/// </summary>
internal sealed unsafe class OutputPump : IDisposable
{
    /// <summary>Read at most this much from one pipe before the others have their turn.</summary>
    private const int ChunkBytes = 64 << 10;

    /// <summary>Shared by all pumps: they all belong to one thread.</summary>
    private static readonly byte[] Chunk = new byte[ChunkBytes];

    private readonly EventLoop _loop;
    private readonly OutputLog _log;
    private readonly Source _stdout;
    private readonly Source _stderr;

    /// <summary>Whether nobody waits for the disk any more.</summary>
    private bool _isOver;

    /// <summary>Takes over both descriptors.</summary>
    public OutputPump(EventLoop loop, OutputLog log, int stdout, int stderr)
    {
        _loop = loop;
        _log = log;
        _log.Changed = Watch;
        _stdout = new Source(stdout, LogStream.Stdout);
        _stderr = new Source(stderr, LogStream.Stderr);
        foreach (var source in Sources)
        {
            _ = Libc.FcntlInt(source.Fd, Libc.F_SETFL, Libc.O_NONBLOCK);
            _loop.Add(source.Fd, Libc.POLLIN, _ => ReadOnce(source));
        }

        Watch();
    }

    private bool IsLetting => _isOver || _log.IsLetting;

    private IEnumerable<Source> Sources => [_stdout, _stderr];

    /// <summary>Reads what is already there, at the end of the main process: its last words come before the news of its end.</summary>
    public void Drain()
    {
        foreach (var source in Sources)
        {
            // A pipe holds 64 KiB unless enlarged to at most 1 MiB: more than that is a descendant still writing.
            for (var turns = 0; turns < 16 && source.Fd >= 0 && (_isOver || !_log.IsBlocked) && ReadOnce(source) == ChunkBytes; turns++)
            {
            }
        }
    }

    /// <summary>Reads what is still there and lets go of the pipes; what the log cannot take any more is counted.</summary>
    public void Dispose()
    {
        Drain();
        _log.Changed = null;
        _isOver = _log.IsBlocked;
        Drain();
        foreach (var source in Sources)
        {
            EndLine(source);
            Close(source);
        }
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
            // What was kept of this line must not be joined to what follows the gap.
            EndLine(source);
            _log.LetGo(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                _log.Append(source.Stream, bytes, whole: false);
                source.InLine = true;
                break;
            }

            _log.Append(source.Stream, bytes[..end], whole: true);
            source.InLine = false;
            bytes = bytes[(end + 1)..];
        }

        _log.Flush();
    }

    /// <summary>A last line without its line break is a line all the same.</summary>
    private void EndLine(Source source)
    {
        if (source.InLine)
        {
            _log.Append(source.Stream, [], whole: true);
            source.InLine = false;
            _log.Flush();
        }
    }

    /// <summary>Reads while the log takes it, and again once it is not waited for any more.</summary>
    private void Watch()
    {
        foreach (var source in Sources.Where(source => source.Fd >= 0))
        {
            _loop.Change(source.Fd, _log.IsBlocked && !_log.IsLetting ? (short)0 : Libc.POLLIN);
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
