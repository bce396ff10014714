using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// The guardian of one home: parent and subreaper of every process that the home runs, and owner of their output pipes.
/// It starts, stops and watches on the daemon's orders, decides nothing and restarts nobody. When the daemon dies it
/// ends what has <see cref="Lifetime.Daemon"/> and keeps the rest for the next one; with nothing left to keep it leaves.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class GuardianServer : IDisposable
{
    private static readonly TimeSpan AcceptAgainAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after the last order the guardian gives back what orders need.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly HomeFolder _home;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _failed;
    private readonly EventLoop _loop;
    private readonly CgroupTree _cgroups;
    private readonly Socket _listener;
    private readonly ChildWatch _children;
    private readonly DaemonWatch _daemon;
    private readonly OutputLogs _logs;
    private readonly Strays _strays = new();
    private readonly Dictionary<string, GuardedProcess> _processes = [];
    private readonly Dictionary<string, Ending> _endings = [];

    private readonly Dictionary<int, ExecSession> _execs = [];
    private readonly HashSet<GuardianConnection> _connections = [];
    private EventLoop.Timer? _rest;

    /// <param name="cgroups">The home's groups; removed in the end.</param>
    /// <param name="failed">Gets what nobody foresaw.</param>
    public GuardianServer(HomeFolder home, CgroupTree cgroups, TimeProvider time, Action<Exception> failed)
    {
        _home = home;
        _time = time;
        _failed = failed;
        _loop = new EventLoop(time, failed);
        _cgroups = cgroups;
        _logs = new OutputLogs(_loop, time, failed);
        _children = new ChildWatch(_loop, Reap);
        _daemon = new DaemonWatch(home, _loop, time, EndDaemonsProcesses);
        _listener = Listen(home.GuardianSocket);
        _loop.Add((int)_listener.Handle, Libc.POLLIN, _ => Accept());
    }

    /// <summary>Runs until nothing is left to keep.</summary>
    public void Run()
    {
        _ = Libc.Prctl(Libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnTerminate);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
        _children.Start();
        _daemon.Gone();
        _loop.Run();
    }

    /// <summary>Each step for itself: the home may be gone by now, and what the kernel keeps for us is to go all the same.</summary>
    public void Dispose()
    {
        Action[] steps =
        [
            _cgroups.RemoveAll,
            _listener.Dispose,
            () => File.Delete(_home.GuardianSocket),
            .. _processes.Values.SelectMany(process => (Action[])[process.Dispose, () => _logs.Close(process.Key, process.Log)]),
            _logs.Dispose,
            _loop.Dispose,
        ];
        foreach (var step in steps)
        {
            try
            {
                step();
            }
            catch (DirectoryNotFoundException)
            {
                // With the home all that lay in it has gone.
            }
            catch (Exception e)
            {
                _failed(e);
            }
        }
    }

    private static Socket Listen(string path)
    {
        File.Delete(path);
        var listener = OwnersSocket.Bind(path);
        listener.Blocking = false;
        listener.Listen(16);
        return listener;
    }

    private void Accept()
    {
        if (TryAccept() is not { } socket)
        {
            // The caller was gone again, or we are short of descriptors: then it waits, and so do we.
            _loop.Change((int)_listener.Handle, 0);
            _loop.After(AcceptAgainAfter, () => _loop.Change((int)_listener.Handle, Libc.POLLIN));
            return;
        }

        var connection = new GuardianConnection(socket, _loop);
        _connections.Add(connection);
        connection.OrderReceived = order => Answer(connection, order);
        connection.Closed = () =>
        {
            _connections.Remove(connection);
            if (connection.IsDaemon)
            {
                _daemon.Gone();
            }

            LeaveIfIdle();
        };
    }

    private Socket? TryAccept()
    {
        try
        {
            return DescriptorReserve.Has(DescriptorReserve.ForWork) ? _listener.Accept() : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private void Answer(GuardianConnection connection, GuardianOrder order)
    {
        _rest?.Cancel();
        _rest = _loop.After(Quiet, Rest);
        try
        {
            switch (order)
            {
                case HelloOrder:
                    connection.IsDaemon = true;
                    _daemon.Came();
                    connection.Send(new HelloReply(GuardianProtocol.Version, Environment.ProcessId, _cgroups.Limits) { Id = order.Id });
                    break;
                case StartOrder start:
                    connection.Send(Start(start) with { Id = order.Id });
                    break;
                case StopOrder stop:
                    End(stop.Key, stop.Signal, stop.Grace, reply => connection.Send(reply with { Id = order.Id }));
                    break;
                case ForgetOrder forget:
                    Forget(forget.Key);
                    connection.Send(new DoneReply { Id = order.Id });
                    break;
                case ListOrder:
                    connection.Send(new ListReply([.. _processes.Values.Select(process => process.State)]) { Id = order.Id });
                    break;
                case RemarkOrder remark:
                    var remarked = Find(remark.Key);
                    remarked.Log.Remark(remark.Text);
                    remarked.Said = remark.Said ?? remarked.Said;
                    connection.Send(new DoneReply { Id = order.Id });
                    break;
                case ExecOrder exec:
                    StartExec(connection, exec);
                    break;
                default:
                    throw new GuardianException("unknown-order", "the guardian is of an earlier version and does not know this order; gantry down ends what it keeps, and a new one comes");
            }
        }
        catch (GuardianException e)
        {
            connection.Send(new ErrorReply(e.Code, e.Message) { Id = order.Id });
        }
        catch (Exception e)
        {
            // One order that nobody foresaw must not end every process of the home.
            _failed(e);
            connection.Send(new ErrorReply("unexpected", $"the guardian met an error that nobody foresaw: {e.Message}") { Id = order.Id });
        }
    }

    private static void Rest()
    {
        try
        {
            ResidentMemory.Release();
        }
        catch (IOException)
        {
            // It only saves memory: the next order's rest is early enough to try again.
        }
    }

    private StartReply Start(StartOrder order)
    {
        RequireStaying();
        if (_processes.TryGetValue(order.Key, out var present))
        {
            if (present.Exit is null || !present.Alone)
            {
                throw new GuardianException("already-running", $"{order.Key} already runs as pid {present.Pid}");
            }

            Forget(order.Key);
        }

        DescriptorReserve.RequireForStart();
        var log = _logs.Open(order);
        try
        {
            var process = GuardedProcess.Start(order, log, _cgroups, _loop, _time, OnNotified);
            _processes.Add(order.Key, process);
            ChildWatch.LookAgain();
            return new StartReply(process.Pid, process.StartTime, process.StartedAt);
        }
        catch
        {
            _logs.Close(order.Key, log);
            throw;
        }
    }

    private void StartExec(GuardianConnection connection, ExecOrder order)
    {
        RequireStaying();
        var process = Find(order.Key);
        if (process.Exit is not null)
        {
            throw new GuardianException("not-running", $"{order.Key} does not run");
        }

        DescriptorReserve.RequireForStart();
        var session = ExecSession.Start(order, _cgroups.Join(order.Key), _loop, connection);
        _execs.Add(session.Pid, session);
        ChildWatch.LookAgain();
        var closed = connection.Closed;
        session.Ended = connection.Dispose;
        connection.Closed = () =>
        {
            closed?.Invoke();
            session.Dispose();
            _loop.Post(() => KillSession(session.Pid));
        };
        connection.Send(new StartReply(session.Pid, 0, _time.GetUtcNow()) { Id = order.Id });
    }

    private void Tell(GuardianMessage message)
    {
        foreach (var connection in _connections.Where(connection => connection.IsDaemon).ToArray())
        {
            connection.Send(message);
        }
    }

    private void Forget(string key)
    {
        if (_processes.TryGetValue(key, out var process) && process.Exit is not null && process.Alone)
        {
            _processes.Remove(key);
            process.Dispose();
            _logs.Close(key, process.Log);
            _cgroups.Remove(key);
            LeaveIfIdle();
        }
    }

    private GuardedProcess Find(string key) =>
        _processes.TryGetValue(key, out var process) ? process : throw new GuardianException("unknown", $"{key} is not known to the guardian");
}
