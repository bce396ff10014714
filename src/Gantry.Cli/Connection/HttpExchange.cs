using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Gantry.Cli.Failures;

namespace Gantry.Cli.Connection;

/// <summary>
/// One request and its answer on one connection to the daemon's socket. The framework's client would do, and take fifty
/// milliseconds to load for pools, proxies and redirects that a socket on this machine has no use for.
/// </summary>
internal sealed class HttpExchange : IAsyncDisposable
{
    private const int BufferSize = 32 << 10;

    private readonly Stream _connection;
    private readonly HttpResponseDecoder _response = new();
    private readonly ArrayBufferWriter<byte> _body = new(BufferSize);
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _taken;
    private ReadOnlyMemory<byte> _early;

    private HttpExchange(Stream connection) => _connection = connection;

    public int Status => _response.Status;

    /// <summary>Sends a request and returns once the head of the answer is there.</summary>
    /// <param name="headers">Complete header lines.</param>
    /// <exception cref="NoDaemonException">Nobody listens at the socket.</exception>
    /// <exception cref="DaemonProtocolException">The connection broke, or what came is no answer.</exception>
    public static async Task<HttpExchange> SendAsync(
        string socket, string method, string path, string headers, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var exchange = new HttpExchange(await ConnectAsync(socket, ct));
        try
        {
            var length = content.IsEmpty && method == "GET" ? "" : $"Content-Length: {content.Length}\r\n";
            var head = Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: gantry\r\n{headers}{length}\r\n");
            await exchange.WriteAsync(head, ct);
            await exchange.WriteAsync(content, ct);
            await exchange.ReadHeadAsync(ct);
            return exchange;
        }
        catch
        {
            await exchange.DisposeAsync();
            throw;
        }
    }

    /// <summary>The body as it comes in; empty at its end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken ct)
    {
        while (_taken == _body.WrittenCount)
        {
            if (_response.IsComplete)
            {
                return default;
            }

            _body.ResetWrittenCount();
            _taken = 0;
            _ = await FillAsync(ct);
        }

        var piece = _body.WrittenMemory[_taken..];
        _taken = _body.WrittenCount;
        return piece;
    }

    /// <summary>The whole body.</summary>
    public async Task<byte[]> ReadToEndAsync(CancellationToken ct)
    {
        var whole = new ArrayBufferWriter<byte>();
        while (await ReadAsync(ct) is { IsEmpty: false } piece)
        {
            whole.Write(piece.Span);
        }

        return whole.WrittenSpan.ToArray();
    }

    /// <summary>The body as a stream.</summary>
    public Stream AsStream() => new BodyStream(this);

    /// <summary>The connection itself, after the daemon has agreed to another protocol (status 101).</summary>
    /// <param name="early">What had come after the answer's head: the beginning of that protocol.</param>
    public Stream Upgraded(out ReadOnlyMemory<byte> early)
    {
        early = _early;
        return _connection;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static async Task<Stream> ConnectAsync(string path, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw e.SocketErrorCode == SocketError.AccessDenied
                ? CliException.Failed("foreign-daemon", $"{path} belongs to somebody else", "set GANTRY_HOME to a folder of your own")
                : new NoDaemonException(path, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            if (!bytes.IsEmpty)
            {
                await _connection.WriteAsync(bytes, ct);
            }
        }
        catch (IOException e) when (e.InnerException is SocketException)
        {
            throw new DaemonProtocolException($"the daemon went away while it was asked: {e.InnerException.Message}");
        }
    }

    private async Task ReadHeadAsync(CancellationToken ct)
    {
        while (!_response.HasHead)
        {
            _early = await FillAsync(ct);
        }
    }

    /// <summary>Reads once, and returns what was left over behind the end of the response.</summary>
    private async Task<ReadOnlyMemory<byte>> FillAsync(CancellationToken ct)
    {
        int count;
        try
        {
            count = await _connection.ReadAsync(_buffer, ct);
        }
        catch (IOException e) when (e.InnerException is SocketException)
        {
            throw new DaemonProtocolException($"the daemon went away while it answered: {e.InnerException.Message}");
        }

        if (count == 0)
        {
            _response.End();
            return default;
        }

        var taken = _response.Feed(_buffer.AsSpan(0, count), _body);
        return _buffer.AsMemory(taken, count - taken);
    }

    private sealed class BodyStream(HttpExchange exchange) : Stream
    {
        private ReadOnlyMemory<byte> _piece;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_piece.IsEmpty)
            {
                _piece = await exchange.ReadAsync(cancellationToken);
            }

            var count = Math.Min(buffer.Length, _piece.Length);
            _piece[..count].CopyTo(buffer);
            _piece = _piece[count..];
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>No daemon listens in this home.</summary>
internal sealed class NoDaemonException(string socket, Exception? inner = null) : IOException($"no daemon listens at {socket}", inner);
