using System.Runtime.InteropServices;
using System.Text;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Logs;

/// <summary>
/// Writes one replica's records to its segments and rotates them by size. Not thread-safe: it belongs to the
/// guardian's loop. Records are gathered by <see cref="Append"/> and reach the disk with <see cref="Flush"/>, whole or
/// not at all: what a full disk cut short is taken back, so that a reader never meets half a record. A writer that has
/// nothing gathered has no buffer: there are thousands of them, and one at a time that writes.
/// </summary>
internal sealed unsafe class LogWriter : IDisposable
{
    private const int FirstBuffer = 16 << 10;

    /// <summary>A chunk of nothing but line breaks needs far more than others; that much is not kept for the next.</summary>
    private const int LargestSpare = 256 << 10;

    /// <summary>The buffer of whoever wrote last on this thread, for whoever writes next.</summary>
    [ThreadStatic]
    private static byte[]? _spare;

    private readonly string _folder;
    private readonly LogRotation _rotation;
    private readonly TimeProvider _time;
    private readonly byte[] _timeText = new byte[LogRecord.TimeLength];
    private byte[] _buffer = [];
    private int _length;
    private long _timeMilliseconds = -1;
    private long _number;
    private long _size;
    private int _fd = -1;

    public LogWriter(string folder, LogRotation rotation, TimeProvider time)
    {
        _folder = folder;
        _rotation = rotation;
        _time = time;
    }

    /// <summary>Bytes gathered and not yet written.</summary>
    public int Pending => _length;

    /// <summary>What the last <see cref="Flush"/> met, in words; null where it succeeded.</summary>
    public string? Failure { get; private set; }

    /// <summary>Adds one record, stamped with the present time.</summary>
    /// <param name="whole">Whether the text ends its line.</param>
    public void Append(LogStream stream, ReadOnlySpan<byte> text, bool whole)
    {
        var name = stream switch
        {
            LogStream.Stdout => " stdout "u8,
            LogStream.Stderr => " stderr "u8,
            _ => " gantry "u8,
        };
        Reserve(LogRecord.TimeLength + name.Length + 2 + text.Length + 1);
        StampTime().CopyTo(_buffer.AsSpan(_length));
        _length += LogRecord.TimeLength;
        name.CopyTo(_buffer.AsSpan(_length));
        _length += name.Length;
        _buffer[_length++] = whole ? (byte)'F' : (byte)'P';
        _buffer[_length++] = (byte)' ';
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
        _buffer[_length++] = (byte)'\n';
    }

    /// <summary>Adds a remark of Gantry's own; line breaks in it become blanks.</summary>
    public void Remark(string text) => Append(LogStream.Gantry, Encoding.UTF8.GetBytes(text.ReplaceLineEndings(" ")), whole: true);

    /// <summary>Writes what was gathered. False where the disk would not take it: then it is kept, and <see cref="Failure"/> says why.</summary>
    public bool Flush()
    {
        if (_length == 0)
        {
            return true;
        }

        try
        {
            return (_fd >= 0 || OpenLast())
                && (_size == 0 || _size + _length <= _rotation.SegmentBytes || OpenNext())
                && WriteAll();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = e.Message;
            return false;
        }
    }

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Libc.Close(_fd);
            _fd = -1;
        }
    }

    private bool WriteAll()
    {
        var written = 0;
        fixed (byte* start = _buffer)
        {
            while (written < _length)
            {
                var count = Libc.Write(_fd, start + written, (nuint)(_length - written));
                if (count < 0)
                {
                    var error = Marshal.GetLastPInvokeError();
                    if (error == Libc.EINTR)
                    {
                        continue;
                    }

                    Failure = Libc.Describe(error);
                    Truncate();
                    return false;
                }

                written += (int)count;
            }
        }

        Failure = null;
        _size += _length;
        LetGoOfBuffer();
        return true;
    }

    private void LetGoOfBuffer()
    {
        if (_buffer.Length > (_spare?.Length ?? 0))
        {
            _spare = _buffer.Length <= LargestSpare ? _buffer : new byte[LargestSpare];
        }

        (_buffer, _length) = ([], 0);
    }

    private void Truncate()
    {
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(_fd, ownsHandle: false);
        RandomAccess.SetLength(handle, _size);
    }

    private bool OpenLast()
    {
        Directory.CreateDirectory(_folder);
        var numbers = LogSegments.List(_folder);
        return Open(numbers.Count > 0 ? numbers[^1] : 1) && (EndsWhole(LogSegments.PathOf(_folder, _number)) || OpenNext());
    }

    /// <summary>Whether its last record is whole: a writer that was killed may have left half of one, which is not to be gone on with.</summary>
    private static bool EndsWhole(string path)
    {
        Span<byte> last = stackalloc byte[1];
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return RandomAccess.GetLength(file) is var length && (length == 0 || (RandomAccess.Read(file, last, length - 1) == 1 && last[0] == '\n'));
    }

    private bool OpenNext()
    {
        if (!Open(_number + 1))
        {
            return false;
        }

        foreach (var old in LogSegments.List(_folder).Where(number => number <= _number - _rotation.Segments))
        {
            File.Delete(LogSegments.PathOf(_folder, old));
        }

        return true;
    }

    private bool Open(long number)
    {
        var fd = Libc.Open(LogSegments.PathOf(_folder, number), Libc.O_WRONLY | Libc.O_CLOEXEC | Libc.O_APPEND | Libc.O_CREAT, 0x180 /* 0600 */);
        if (fd < 0)
        {
            Failure = Libc.Describe(Marshal.GetLastPInvokeError());
            return false;
        }

        Dispose();
        _fd = fd;
        _number = number;
        _size = new FileInfo(LogSegments.PathOf(_folder, number)).Length;
        return true;
    }

    private ReadOnlySpan<byte> StampTime()
    {
        var now = _time.GetUtcNow();
        var milliseconds = now.ToUnixTimeMilliseconds();
        if (milliseconds != _timeMilliseconds)
        {
            _timeMilliseconds = milliseconds;
            now.TryFormat(_timeText, out _, LogRecord.TimeFormat, System.Globalization.CultureInfo.InvariantCulture);
        }

        return _timeText;
    }

    private void Reserve(int count)
    {
        if (_buffer.Length == 0)
        {
            (_buffer, _spare) = (_spare ?? new byte[FirstBuffer], null);
        }

        if (_length + count > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }
    }
}
