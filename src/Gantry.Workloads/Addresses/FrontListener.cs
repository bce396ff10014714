using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Workloads.Native;
using Microsoft.Extensions.Logging;

namespace Gantry.Workloads.Addresses;

/// <summary>
/// The stable address in front of a service: 127.0.0.1 and a port of ours, whose connections go to a ready replica,
/// wherever that listens at the moment. While the service is on its way a caller waits; where it is not going to come,
/// the connection is reset at once.
/// </summary>
internal sealed partial class FrontListener : IAsyncDisposable
{
    private const int Backlog = 512;

    private const int BufferBytes = 64 << 10;

    /// <summary>How long a caller waits for a service that is on its way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _listener;
    private readonly Func<WorkloadSnapshot?> _workload;
    private readonly SupervisorServices _services;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Task _accepting;
    private int _turn;

    private FrontListener(Socket listener, int port, Func<WorkloadSnapshot?> workload, SupervisorServices services)
    {
        _listener = listener;
        _workload = workload;
        _services = services;
        Port = port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <exception cref="WorkloadException">Somebody else has the port, whom the fault names, or it cannot be opened for another reason.</exception>
    public static FrontListener Open(int port, Func<WorkloadSnapshot?> workload, SupervisorServices services)
    {
        Socket? listener = null;
        try
        {
            listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            listener.Listen(Backlog);
            return new FrontListener(listener, port, workload, services);
        }
        catch (SocketException e)
        {
            listener?.Dispose();
            throw new WorkloadException(FaultOf(port, e, services), e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _closing.Dispose();
    }

    private static Fault FaultOf(int port, SocketException exception, SupervisorServices services)
    {
        const string AnotherPort = "choose another port, or leave port out to be given one";
        return (exception.SocketErrorCode, services.OwnerOf(port)) switch
        {
            (SocketError.AddressAlreadyInUse, var (service, workspace, path)) => new Fault(
                "port-in-use",
                string.Create(CultureInfo.InvariantCulture, $"port {port} is the address of {service} of {workspace} ({path})"),
                $"gantry down {path}, {AnotherPort}"),
            (SocketError.AddressAlreadyInUse, _) => new Fault(
                "port-in-use",
                string.Create(CultureInfo.InvariantCulture, $"port {port} is already in use{(FindHolder(port) is { } holder ? $" by {holder}" : "")}"),
                $"end that program, {AnotherPort}"),
            (SocketError.AccessDenied, _) => new Fault("port-not-opened", string.Create(CultureInfo.InvariantCulture, $"port {port} may only be opened by root"), AnotherPort),
            _ => new Fault("port-not-opened", string.Create(CultureInfo.InvariantCulture, $"port {port} cannot be opened: {exception.Message}"), "gantry doctor; it is tried again by itself"),
        };
    }

    private static string? FindHolder(int port)
    {
        try
        {
            return ListenTable.HolderOf(port);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // That somebody has it is told all the same.
            return null;
        }
    }

    private async Task AcceptAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync(_closing.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Out of descriptors, or the caller was gone again: the next one may have better luck.
                await Task.Delay(TimeSpan.FromMilliseconds(10), _services.Time, CancellationToken.None);
                continue;
            }

            var serving = ServeAsync(client);
            _connections.TryAdd(serving, true);
            _ = serving.ContinueWith(done => _connections.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Serves one caller to the end, whatever that is: nobody looks for faults here before the address is closed.</summary>
    private async Task ServeAsync(Socket client)
    {
        using var caller = client;
        Socket? upstream = null;
        try
        {
            upstream = await ConnectAsync();
            if (upstream is null)
            {
                Reset(caller);
                return;
            }

            caller.NoDelay = true;
            await RelayAsync(caller, upstream);
        }
        catch (Exception e)
        {
            Reset(caller);
            Reset(upstream);
            if (e is not (OperationCanceledException or SocketException))
            {
                Log.Unexpected(_services.Logger, e, Port);
            }
        }
        finally
        {
            upstream?.Dispose();
        }
    }

    /// <summary>A reset rather than an orderly end: nobody must take this for an empty answer, or for the whole of one.</summary>
    private static void Reset(Socket? socket)
    {
        try
        {
            socket?.LingerState = new LingerOption(true, 0);
        }
        catch (SocketException)
        {
            // The other side has reset it already.
        }
    }

    /// <summary>A connection to a ready replica, waiting for one where that makes sense; null where it does not.</summary>
    private async Task<Socket?> ConnectAsync()
    {
        using var patience = new CancellationTokenSource(Patience, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token, patience.Token);
        while (true)
        {
            await _services.Board.WaitAsync(() => Endpoints().Length > 0 || !IsOnItsWay(), either.Token);
            var endpoints = Endpoints();
            if (endpoints.Length == 0)
            {
                return null;
            }

            var first = Interlocked.Increment(ref _turn);
            for (var i = 0; i < endpoints.Length; i++)
            {
                var endpoint = endpoints[(int)((uint)(first + i) % endpoints.Length)];
                if (await TryConnectAsync(endpoint, either.Token) is { } socket)
                {
                    if (Endpoints().Contains(endpoint))
                    {
                        return socket;
                    }

                    // It is being ended: who is with it before that it may serve to the end, who comes now it may turn away.
                    socket.Dispose();
                }
            }

            // Ready a moment ago and not to be reached: it has just ended, and the board will say so.
            await Task.Delay(TimeSpan.FromMilliseconds(20), _services.Time, either.Token);
        }
    }

    private Endpoint[] Endpoints() =>
        [.. (_workload()?.Replicas ?? []).Where(replica => replica is { Ready: true, Endpoint: not null }).Select(replica => replica.Endpoint!)];

    private bool IsOnItsWay() => _workload() is { } workload && workload.Replicas.Any(replica => Lifecycle.IsActive(replica.State));

    private static async Task<Socket?> TryConnectAsync(Endpoint endpoint, CancellationToken ct)
    {
        var address = IPAddress.Parse(endpoint.Address);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, endpoint.Port), ct);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Carries both directions, each to its own end; what goes wrong with one is the end of both.</summary>
    private async Task RelayAsync(Socket caller, Socket upstream)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        await Task.WhenAll(CopyAsync(caller, upstream, over), CopyAsync(upstream, caller, over));
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationTokenSource over)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, over.Token)) > 0)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), over.Token);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            await over.CancelAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A connection to port {Port} met an error that nobody foresaw")]
        public static partial void Unexpected(ILogger logger, Exception exception, int port);
    }
}
