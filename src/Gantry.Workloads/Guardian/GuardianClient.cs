using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Threading.Channels;
using Gantry.Workloads.Drivers;

namespace Gantry.Workloads.Guardian;

/// <summary>The daemon's connection to its guardian.</summary>
internal sealed class GuardianClient : IAsyncDisposable
{
    /// <summary>The fault's code where an order met its end with the guardian's.</summary>
    public const string LostCode = "guardian-lost";

    private readonly HomeFolder _home;
    private readonly NetworkStream _stream;
    private readonly Task _reading;

    /// <summary>Not disposed of: that would wake nobody who waits for it, and it holds nothing.</summary>
    private readonly SemaphoreSlim _writing = new(1);

    private readonly ConcurrentDictionary<long, TaskCompletionSource<GuardianMessage>> _asked = new();
    private readonly Action<GuardianMessage> _received;
    private readonly TaskCompletionSource<Exception?> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastId;

    private GuardianClient(HomeFolder home, Socket socket, Action<GuardianMessage> received)
    {
        _home = home;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _received = received;
        _reading = ReadAsync();
    }

    /// <summary>Completes when the connection has ended: with null, or with what nobody foresaw.</summary>
    public Task<Exception?> Lost => _lost.Task;

    public int Pid { get; private set; }

    public HostLimits Limits { get; private set; } = new(null, null, null);

    /// <summary>Connects to the home's guardian; null where none runs.</summary>
    /// <param name="received">Gets the events, one at a time, in their order.</param>
    /// <exception cref="WorkloadException">One runs that speaks another protocol.</exception>
    public static async Task<GuardianClient?> ConnectAsync(HomeFolder home, Action<GuardianMessage> received, CancellationToken ct)
    {
        if (await DialAsync(home, ct) is not { } socket)
        {
            return null;
        }

        var client = new GuardianClient(home, socket, received);
        try
        {
            await client.GreetAsync(ct);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    private async Task GreetAsync(CancellationToken ct)
    {
        var hello = await AskAsync<HelloReply>(new HelloOrder(GuardianProtocol.Version), ct);
        if (hello.Protocol != GuardianProtocol.Version)
        {
            throw new WorkloadException(new Fault(
                "guardian-version",
                $"the guardian of {_home.Path} (pid {hello.Pid}) speaks protocol {hello.Protocol}, this version {GuardianProtocol.Version}",
                "stop its workspaces with the version that started them, `gantry down`, and try again"));
        }

        (Pid, Limits) = (hello.Pid, hello.Limits);
    }

    /// <summary>Sends an order and waits for its reply.</summary>
    /// <exception cref="WorkloadException">The guardian refused, or the connection ended before its answer.</exception>
    public async Task<T> AskAsync<T>(GuardianOrder order, CancellationToken ct)
        where T : GuardianMessage
    {
        var id = Interlocked.Increment(ref _lastId);
        var content = Fit((order with { Id = id }).ToBytes());
        var answer = new TaskCompletionSource<GuardianMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.TryAdd(id, answer);
        try
        {
            await SendAsync(_stream, _writing, content, ct);
            return await answer.Task.WaitAsync(ct) switch
            {
                ErrorReply error => throw new WorkloadException(new Fault(error.Code, error.Message)),
                var reply => (T)reply,
            };
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw IsLost(e);
        }
        finally
        {
            _asked.TryRemove(id, out _);
        }
    }

    /// <summary>Runs a command in a process's place, on a connection of its own.</summary>
    /// <exception cref="WorkloadException">The guardian refused, or is gone.</exception>
    public async Task<Execution> ExecAsync(ExecOrder order, CancellationToken ct)
    {
        var content = Fit(order.ToBytes());
        var socket = await DialAsync(_home, ct) ?? throw IsLost(null);
        var stream = new NetworkStream(socket, ownsSocket: true);
        var writing = new SemaphoreSlim(1);
        try
        {
            await SendAsync(stream, writing, content, ct);
            var reply = await ReceiveAsync(stream, ct) is { } frame ? GuardianMessage.Read(frame.Span) : null;
            if (reply is not StartReply)
            {
                throw reply is ErrorReply { Code: not GuardianProtocol.LeavingCode } error ? new WorkloadException(new Fault(error.Code, error.Message)) : IsLost(null);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            await stream.DisposeAsync();
            throw IsLost(e);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }

        return Relay(stream, writing);
    }

    /// <summary>What whoever asked is told: the guardian is gone, or about to be.</summary>
    public WorkloadException IsLost(Exception? cause) =>
        new(new Fault(LostCode, $"the connection to the guardian of {_home.Path} has ended", "it is made again by itself; try again"), cause);

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _reading;
    }

    private static Execution Relay(NetworkStream stream, SemaphoreSlim writing)
    {
        var frames = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(16) { SingleReader = true });
        var reading = PumpAsync();
        return new Execution(frames.Reader, SendFrameAsync, EndAsync);

        async ValueTask SendFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken ct)
        {
            try
            {
                await SendAsync(stream, writing, frame, ct);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The command has ended without waiting for it; what it answered before is still to be read.
            }
        }

        async Task PumpAsync()
        {
            try
            {
                while (await ReceiveAsync(stream, CancellationToken.None) is { } frame)
                {
                    await frames.Writer.WriteAsync(frame);
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or ChannelClosedException or InvalidDataException)
            {
                // Ended from either side: the reader sees the end of the frames.
            }
            finally
            {
                frames.Writer.TryComplete();
            }
        }

        async ValueTask EndAsync()
        {
            frames.Writer.TryComplete();
            await stream.DisposeAsync();
            await reading;
        }
    }

    private static async Task<Socket?> DialAsync(HomeFolder home, CancellationToken ct)
    {
        if (!File.Exists(home.GuardianSocket))
        {
            // Told apart here because a connection that fails costs the daemon a megabyte of diagnostics.
            return null;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(home.GuardianSocket), ct);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static async Task SendAsync(NetworkStream stream, SemaphoreSlim writing, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var frame = new byte[4 + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, content.Length);
        content.CopyTo(frame.AsMemory(4));
        await writing.WaitAsync(ct);
        try
        {
            // Not cancellable half-way: a torn frame would ruin the connection for everybody.
            await stream.WriteAsync(frame, CancellationToken.None);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>What no guardian takes is not sent: an older one would hang up.</summary>
    private static ReadOnlyMemory<byte> Fit(ReadOnlyMemory<byte> content) => content.Length <= GuardianProtocol.MaxFrame
        ? content
        : throw new WorkloadException(new Fault(
            "order-too-long",
            string.Create(CultureInfo.InvariantCulture, $"its command and environment have {content.Length / (double)(1 << 20):0.0} MiB; Gantry passes on {GuardianProtocol.MaxFrame >> 20} MiB at most, and Linux usually takes 2"),
            "shorten its command or env; `gantry config show` prints them")
        {
            IsLasting = true,
        });

    /// <summary>The next frame; null at the end.</summary>
    /// <exception cref="InvalidDataException">What comes is no frame.</exception>
    private static async Task<ReadOnlyMemory<byte>?> ReceiveAsync(NetworkStream stream, CancellationToken ct)
    {
        var header = new byte[4];
        if (await stream.ReadAtLeastAsync(header, 4, throwOnEndOfStream: false, ct) < 4)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < 0 or > GuardianProtocol.MaxFrame)
        {
            throw new InvalidDataException($"the guardian sends a frame of {length} bytes");
        }

        var content = new byte[length];
        return await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, ct) < content.Length ? null : content;
    }

    private async Task ReadAsync()
    {
        Exception? unforeseen = null;
        try
        {
            while (await ReceiveAsync(_stream, CancellationToken.None) is { } frame)
            {
                var message = GuardianMessage.Read(frame.Span);
                if (message is { Id: 0 })
                {
                    _received(message);
                }
                else if (message is not null && _asked.TryRemove(message.Id, out var answer))
                {
                    answer.TrySetResult(message);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The end of the connection, from either side.
        }
        catch (Exception e)
        {
            unforeseen = e;
        }

        // Closed first: from here on nothing can be asked that nobody would answer.
        await _stream.DisposeAsync();
        foreach (var answer in _asked.Values)
        {
            answer.TrySetException(IsLost(unforeseen));
        }

        _lost.TrySetResult(unforeseen);
    }
}
