using System.Buffers.Binary;
using System.Net.Sockets;
using Gantry.Workloads.Guardian.Wire;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>One client of the guardian: takes frames apart, and sends without ever blocking the loop.</summary>
internal sealed class GuardianConnection : IDisposable
{
    private const int HeaderBytes = 4;

    /// <summary>What is kept at rest; an order with a large environment takes more for as long as it is read.</summary>
    private const int BufferBytes = 16 << 10;

    /// <summary>Enough of an order to hold its kind and its id, which come first.</summary>
    private const int HeadBytes = 32;

    private readonly Socket _socket;
    private readonly int _fd;
    private readonly EventLoop _loop;
    private readonly ByteQueue _unsent = new();
    private byte[] _received = new byte[BufferBytes];
    private int _count;

    /// <summary>Bytes still to come of a frame that is not taken.</summary>
    private int _toPassOver;
    private bool _closed;

    public GuardianConnection(Socket socket, EventLoop loop)
    {
        _socket = socket;
        _socket.Blocking = false;
        _loop = loop;
        _fd = (int)socket.Handle;
        _loop.Add(_fd, Libc.POLLIN, OnReady);
    }

    /// <summary>Gets each order. Replaced once the connection carries an exec.</summary>
    public Action<GuardianOrder>? OrderReceived { get; set; }

    /// <summary>Gets each frame's bytes instead of orders, where set.</summary>
    public Action<ReadOnlyMemory<byte>>? FrameReceived { get; set; }

    /// <summary>Called once, when the other side is gone or was refused.</summary>
    public Action? Closed { get; set; }

    /// <summary>Called whenever all that was sent has left.</summary>
    public Action? Drained { get; set; }

    /// <summary>Whether what the other side sends is left in the socket, for as long as nobody can take it. Its end is seen all the same.</summary>
    public bool Paused
    {
        get;
        set
        {
            field = value;
            Watch();
        }
    }

    /// <summary>Bytes that the other side has not taken yet.</summary>
    public int Backlog => _unsent.Length;

    /// <summary>Bytes that the buffer for what comes has.</summary>
    public int Capacity => _received.Length;

    /// <summary>Whether this is the daemon's own connection, which gets events.</summary>
    public bool IsDaemon { get; set; }

    public void Send(GuardianMessage message) => SendFrame(message.ToBytes().Span);

    /// <summary>Sends bytes as one frame.</summary>
    public void SendFrame(ReadOnlySpan<byte> content)
    {
        if (_closed)
        {
            return;
        }

        var frame = new byte[HeaderBytes + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, content.Length);
        content.CopyTo(frame.AsSpan(HeaderBytes));
        _unsent.Add(frame);
        SendUnsent();
    }

    public void Dispose()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _loop.Remove(_fd);
        _socket.Dispose();
        Closed?.Invoke();
    }

    private void OnReady(short events)
    {
        if ((events & Libc.POLLOUT) != 0)
        {
            SendUnsent();
        }

        if (_closed || (events & ~Libc.POLLOUT) == 0)
        {
            return;
        }

        if (Paused)
        {
            // Only its end can have come.
            Dispose();
        }
        else
        {
            Receive();
        }
    }

    private void Watch()
    {
        if (!_closed)
        {
            var read = Paused ? Libc.POLLRDHUP : Libc.POLLIN;
            _loop.Change(_fd, _unsent.Length > 0 ? (short)(read | Libc.POLLOUT) : read);
        }
    }

    private void Receive()
    {
        if (_count == _received.Length)
        {
            Array.Resize(ref _received, _received.Length * 2);
        }

        var count = _socket.Receive(_received.AsSpan(_count), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return;
        }

        if (error != SocketError.Success || count == 0)
        {
            Dispose();
            return;
        }

        _count += count;
        TakeFrames();
    }

    private void TakeFrames()
    {
        var taken = PassOver(0);
        while (!_closed && _count - taken >= HeaderBytes)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(_received.AsSpan(taken));
            var tooLong = length is < 0 or > GuardianProtocol.MaxFrame;
            if (_count - taken < HeaderBytes + (tooLong ? HeadBytes : length))
            {
                break;
            }

            taken += HeaderBytes;
            if (tooLong)
            {
                Refuse(_received.AsSpan(taken, HeadBytes), length);
                taken = PassOver(taken);
            }
            else
            {
                Take(_received.AsMemory(taken, length));
                taken += length;
            }
        }

        Keep(_received.AsSpan(taken, _count - taken));
    }

    /// <summary>Keeps the beginning of the next frame for when more of it has come, in no more room than it needs.</summary>
    private void Keep(ReadOnlySpan<byte> rest)
    {
        var buffer = rest.Length < BufferBytes && _received.Length > BufferBytes ? new byte[BufferBytes] : _received;
        rest.CopyTo(buffer);
        (_received, _count) = (buffer, rest.Length);
    }

    /// <summary>One daemon's order must cost nobody else's processes: it is answered, and what is to come of it is not kept.</summary>
    private void Refuse(ReadOnlySpan<byte> head, int length)
    {
        if (length < 0 || FrameReceived is not null)
        {
            Dispose();
            return;
        }

        _toPassOver = length;
        Refuse(head, "order-too-long", $"the order has {length} bytes, and the guardian takes {GuardianProtocol.MaxFrame}");
    }

    /// <summary>Answers an order that cannot be taken. Where even its id cannot be read, nobody could be answered, now or later.</summary>
    private void Refuse(ReadOnlySpan<byte> head, string code, string message)
    {
        if (Fields.Peek(head, GuardianProtocol.Id) is { } id)
        {
            Send(new ErrorReply(code, message) { Id = id });
        }
        else
        {
            Dispose();
        }
    }

    private int PassOver(int from)
    {
        var passed = Math.Min(_toPassOver, _count - from);
        _toPassOver -= passed;
        return from + passed;
    }

    private void Take(ReadOnlyMemory<byte> frame)
    {
        if (FrameReceived is { } received)
        {
            received(frame);
            return;
        }

        GuardianOrder order;
        try
        {
            order = GuardianOrder.Read(frame.Span);
        }
        catch (InvalidDataException e)
        {
            Refuse(frame.Span, "bad-order", $"the guardian cannot read the order: {e.Message}");
            return;
        }

        OrderReceived?.Invoke(order);
    }

    private void SendUnsent()
    {
        while (_unsent.Length > 0)
        {
            var count = _socket.Send(_unsent.Front.Span, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                Watch();
                return;
            }

            if (error != SocketError.Success)
            {
                Dispose();
                return;
            }

            _unsent.Advance(count);
        }

        Watch();
        Drained?.Invoke();
    }
}
