using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Gantry.Cli.Connection;

/// <summary>
/// Reads one HTTP/1.1 response (RFC 9112) as its bytes come in, in pieces of any size. Only what a daemon on the same
/// machine sends: no continuations of header lines, no transfer coding but chunked.
/// </summary>
internal sealed class HttpResponseDecoder
{
    private const int MaxLine = 16 << 10;

    private readonly ArrayBufferWriter<byte> _line = new(256);
    private Part _part = Part.StatusLine;
    private long _left;
    private bool _chunked;
    private bool _sized;

    private enum Part
    {
        StatusLine,
        Headers,
        Body,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailers,
        UntilClose,
        Done,
    }

    public int Status { get; private set; }

    /// <summary>Whether all header lines have been read.</summary>
    public bool HasHead => _part > Part.Headers;

    /// <summary>Whether the response has been read to its end.</summary>
    public bool IsComplete => _part == Part.Done;

    /// <summary>Takes bytes and writes what belongs to the body. Returns how many it took: fewer than given where the response ends before.</summary>
    /// <exception cref="DaemonProtocolException">This is not a response that a daemon sends.</exception>
    public int Feed(ReadOnlySpan<byte> bytes, IBufferWriter<byte> body)
    {
        var total = bytes.Length;
        while (!bytes.IsEmpty && _part != Part.Done)
        {
            bytes = bytes[(IsInLine ? TakeLine(bytes) : TakeData(bytes, body))..];
        }

        return total - bytes.Length;
    }

    /// <summary>To be called when the other side has closed the connection.</summary>
    /// <exception cref="DaemonProtocolException">The response is not complete.</exception>
    public void End()
    {
        if (_part is not (Part.UntilClose or Part.Done))
        {
            throw new DaemonProtocolException("the daemon closed the connection in the middle of its answer");
        }

        _part = Part.Done;
    }

    private bool IsInLine => _part is Part.StatusLine or Part.Headers or Part.ChunkSize or Part.ChunkEnd or Part.Trailers;

    private int TakeData(ReadOnlySpan<byte> bytes, IBufferWriter<byte> body)
    {
        var count = _part == Part.UntilClose ? bytes.Length : (int)Math.Min(bytes.Length, _left);
        body.Write(bytes[..count]);
        if (_part != Part.UntilClose && (_left -= count) == 0)
        {
            _part = _part == Part.ChunkData ? Part.ChunkEnd : Part.Done;
        }

        return count;
    }

    private int TakeLine(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        var piece = end < 0 ? bytes : bytes[..end];
        if (_line.WrittenCount + piece.Length > MaxLine)
        {
            throw new DaemonProtocolException("the daemon's answer has a line that is too long");
        }

        _line.Write(piece);
        if (end < 0)
        {
            return bytes.Length;
        }

        var line = _line.WrittenSpan;
        OnLine(line is [.., (byte)'\r'] ? line[..^1] : line);
        _line.ResetWrittenCount();
        return end + 1;
    }

    private void OnLine(ReadOnlySpan<byte> line)
    {
        switch (_part)
        {
            case Part.StatusLine:
                OnStatusLine(line);
                break;
            case Part.Headers when line.IsEmpty:
                OnHeadersEnd();
                break;
            case Part.Headers:
                OnHeader(line);
                break;
            case Part.ChunkSize:
                OnChunkSize(line);
                break;
            case Part.ChunkEnd:
                _part = line.IsEmpty ? Part.ChunkSize : throw new DaemonProtocolException("a chunk of the daemon's answer is longer than it says");
                break;
            case Part.Trailers when line.IsEmpty:
                _part = Part.Done;
                break;
        }
    }

    private void OnStatusLine(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("HTTP/1."u8) || line.Length < 12 || !Utf8Parser.TryParse(line.Slice(9, 3), out int status, out var used) || used != 3)
        {
            throw new DaemonProtocolException("whoever answers at the daemon's socket does not speak HTTP");
        }

        Status = status;
        _part = Part.Headers;
    }

    private void OnHeader(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            throw new DaemonProtocolException("the daemon's answer has a header without a name");
        }

        var name = line[..colon];
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8))
        {
            _sized = Utf8Parser.TryParse(value, out _left, out var used) && used == value.Length && _left >= 0
                ? true
                : throw new DaemonProtocolException("the daemon's answer has no proper Content-Length");
        }
        else if (Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8))
        {
            _chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
        }
    }

    private void OnHeadersEnd()
    {
        if (Status is >= 100 and < 200 and not 101)
        {
            // An interim answer; the real one follows.
            _part = Part.StatusLine;
            return;
        }

        _part = this switch
        {
            // Whatever follows belongs to the protocol that was switched to.
            { Status: 101 or 204 or 304 } => Part.Done,
            { _chunked: true } => Part.ChunkSize,
            { _sized: true, _left: 0 } => Part.Done,
            { _sized: true } => Part.Body,
            _ => Part.UntilClose,
        };
    }

    private void OnChunkSize(ReadOnlySpan<byte> line)
    {
        var extension = line.IndexOf((byte)';');
        var digits = (extension < 0 ? line : line[..extension]).Trim(" \t"u8);
        if (!Utf8Parser.TryParse(digits, out _left, out var used, 'x') || used != digits.Length || _left < 0)
        {
            throw new DaemonProtocolException("a chunk of the daemon's answer has no proper size");
        }

        _part = _left == 0 ? Part.Trailers : Part.ChunkData;
    }
}

/// <summary>What answers at the daemon's socket is not understood.</summary>
internal sealed class DaemonProtocolException(string message) : IOException(message);
