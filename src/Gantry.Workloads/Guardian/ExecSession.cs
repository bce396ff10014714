using System.Runtime.InteropServices;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// A command run where a replica runs, its streams carried over one connection. It belongs to that connection: when the
/// caller goes, the command and its descendants are killed.
/// </summary>
internal sealed unsafe partial class ExecSession : IDisposable
{
    /// <summary>Above this the command's pipes are not read until the caller has caught up, nor the caller until the command has.</summary>
    private const int MaxBacklog = 256 << 10;

    /// <summary>The most that a pipe holds (/proc/sys/fs/pipe-max-size): what the command itself had written is no more than that.</summary>
    private const int MaxPipe = 1 << 20;

    private const int ChunkBytes = 32 << 10;

    private const nuint TIOCSWINSZ = 0x5414;

    private static readonly byte[] Chunk = new byte[ChunkBytes + 1];

    private readonly EventLoop _loop;
    private readonly GuardianConnection _connection;
    private readonly Dictionary<byte, int> _outputs = [];
    private readonly bool _terminal;
    private int? _exit;
    private bool _told;

    private ExecSession(EventLoop loop, GuardianConnection connection, string key, int pid, int stdin, bool terminal)
    {
        _loop = loop;
        _connection = connection;
        _stdin = stdin;
        _terminal = terminal;
        Key = key;
        Pid = pid;
        _connection.FrameReceived = Take;
        _connection.Drained = OnDrained;
    }

    public string Key { get; }

    public int Pid { get; }

    /// <summary>Called once, when the command and its streams have ended and the caller was told.</summary>
    public Action? Ended { get; set; }

    public static ExecSession Start(ExecOrder order, CgroupSeats groups, EventLoop loop, GuardianConnection connection)
    {
        var (path, arguments) = Launch.Wrap(order.Path, order.Arguments, groups, order.User, order.OpenFiles);
        var start = new ProcessStart
        {
            Path = path,
            Arguments = arguments,
            Environment = order.Environment,
            WorkingDirectory = order.WorkingDirectory,
        };
        return order.Terminal ? StartOnTerminal(order, start, loop, connection) : StartOnPipes(order, start, loop, connection);
    }

    /// <summary>Takes notice that the command itself has ended; what its pipes still hold is sent first.</summary>
    public void Exited(int code)
    {
        _exit = code;
        EndIfOver();

        // A descendant that keeps the pipes open does not keep the caller waiting.
        _loop.After(TimeSpan.FromMilliseconds(250), CloseOutputs);
    }

    public void Dispose()
    {
        CloseInput();
        foreach (var channel in _outputs.Keys.ToArray())
        {
            Close(channel);
        }
    }

    private static ExecSession StartOnPipes(ExecOrder order, ProcessStart start, EventLoop loop, GuardianConnection connection)
    {
        using var stdin = new Pipe();
        using var stdout = new Pipe();
        using var stderr = new Pipe();
        var pid = Spawn(start with { Stdin = stdin.ReadEnd, Stdout = stdout.WriteEnd, Stderr = stderr.WriteEnd }, order);
        var session = new ExecSession(loop, connection, order.Key, pid, stdin.TakeWriteEnd(), terminal: false);
        _ = Libc.FcntlInt(session._stdin, Libc.F_SETFL, Libc.O_NONBLOCK);
        session.Watch(ExecFrames.Stdout, stdout.TakeReadEnd());
        session.Watch(ExecFrames.Stderr, stderr.TakeReadEnd());
        return session;
    }

    private static ExecSession StartOnTerminal(ExecOrder order, ProcessStart start, EventLoop loop, GuardianConnection connection)
    {
        var terminal = Libc.OpenPseudoTerminal(Libc.O_RDWR | Libc.O_NOCTTY | Libc.O_CLOEXEC);
        var name = stackalloc byte[64];
        if (terminal < 0 || Libc.GrantPseudoTerminal(terminal) != 0 || Libc.UnlockPseudoTerminal(terminal) != 0 || Libc.PseudoTerminalName(terminal, name, 64) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (terminal >= 0)
            {
                _ = Libc.Close(terminal);
            }

            throw new GuardianException("no-terminal", $"cannot open a pseudo-terminal: {Libc.Describe(error)}");
        }

        Resize(terminal, order.Rows, order.Columns);
        int pid;
        try
        {
            pid = Spawn(start with { Terminal = Marshal.PtrToStringUTF8((nint)name)! }, order);
        }
        catch
        {
            _ = Libc.Close(terminal);
            throw;
        }

        _ = Libc.FcntlInt(terminal, Libc.F_SETFL, Libc.O_NONBLOCK);
        var session = new ExecSession(loop, connection, order.Key, pid, terminal, terminal: true);
        session.Watch(ExecFrames.Stdout, terminal);
        return session;
    }

    private static int Spawn(ProcessStart start, ExecOrder order)
    {
        var pid = ProcessStarter.Start(start);
        return pid > 0 ? pid : throw new GuardianException("start-failed", $"cannot start {order.Path}: {Libc.Describe(-pid)}");
    }

    private static void Resize(int terminal, int rows, int columns)
    {
        var size = new Libc.WindowSize { Rows = (ushort)rows, Columns = (ushort)columns };
        _ = Libc.IoctlWindow(terminal, TIOCSWINSZ, ref size);
    }

    private void Watch(byte channel, int fd)
    {
        _ = Libc.FcntlInt(fd, Libc.F_SETFL, Libc.O_NONBLOCK);
        _outputs[channel] = fd;
        _loop.Add(fd, Libc.POLLIN, events => OnReady(channel, events));
    }

    private void OnReady(byte channel, short events)
    {
        if ((events & Libc.POLLOUT) != 0)
        {
            WriteInput();
        }

        if ((events & ~Libc.POLLOUT) != 0)
        {
            ReadOutput(channel);
        }
    }

    /// <summary>Passes on what one read gives.</summary>
    /// <returns>How much that was; 0 where there is no more for now, or for good.</returns>
    private int ReadOutput(byte channel)
    {
        if (!_outputs.TryGetValue(channel, out var fd))
        {
            return 0;
        }

        nint count;
        fixed (byte* chunk = Chunk)
        {
            count = Libc.Read(fd, chunk + 1, ChunkBytes);
        }

        if (count > 0)
        {
            Chunk[0] = channel;
            _connection.SendFrame(Chunk.AsSpan(0, (int)count + 1));
            WatchOutputs();
            return (int)count;
        }

        if (count == 0 || Marshal.GetLastPInvokeError() is not (Libc.EAGAIN or Libc.EINTR))
        {
            // A terminal whose last user closed it reads as EIO.
            Close(channel);
            EndIfOver();
        }

        return 0;
    }

    private void WatchOutputs()
    {
        var read = _connection.Backlog > MaxBacklog ? (short)0 : Libc.POLLIN;
        var write = _terminal && _inputWaits ? Libc.POLLOUT : (short)0;
        foreach (var fd in _outputs.Values)
        {
            _loop.Change(fd, (short)(read | write));
        }
    }

    private void CloseOutputs()
    {
        foreach (var channel in _outputs.Keys.ToArray())
        {
            for (var (taken, count) = (0, 1); count > 0 && taken < MaxPipe; taken += count)
            {
                count = ReadOutput(channel);
            }

            Close(channel);
        }

        EndIfOver();
    }

    private void Close(byte channel)
    {
        if (_outputs.Remove(channel, out var fd))
        {
            _loop.Remove(fd);
            _ = Libc.Close(fd);
            if (_terminal)
            {
                _stdin = -1;
            }
        }
    }

    private void OnDrained()
    {
        WatchOutputs();
        if (_told)
        {
            Ended?.Invoke();
        }
    }

    /// <summary>Tells the caller how it ended once all else is told; the connection ends when it has taken that.</summary>
    private void EndIfOver()
    {
        if (_exit is { } code && _outputs.Count == 0 && !_told)
        {
            _told = true;
            CloseInput();
            _connection.SendFrame(ExecFrames.ExitFrame(code));
        }
    }
}
