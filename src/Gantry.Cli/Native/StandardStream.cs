using System.Runtime.InteropServices;

namespace Gantry.Cli.Native;

/// <summary>
/// Standard output and error by write(2). The framework's console stream drops what nobody reads, so that
/// <c>gantry logs -f | head</c> would never end; its file stream writes at offsets of its own, so that two streams into
/// one file would overwrite each other.
/// </summary>
internal sealed unsafe class StandardStream(int descriptor) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The stream, by the framework where there is no write(2).</summary>
    public static Stream Open(int descriptor) => (OperatingSystem.IsWindows(), descriptor) switch
    {
        (false, _) => new StandardStream(descriptor),
        (true, 1) => Console.OpenStandardOutput(),
        _ => Console.OpenStandardError(),
    };

    /// <exception cref="BrokenPipeException">Nobody reads any more.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (nint written = 0; written < buffer.Length;)
            {
                var count = Libc.Write(descriptor, start + written, (nuint)(buffer.Length - written));
                if (count < 0)
                {
                    Fail(Marshal.GetLastPInvokeError());
                    continue;
                }

                written += count;
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Fail(int error)
    {
        switch (error)
        {
            case Libc.EINTR:
                return;
            case Libc.EAGAIN:
                // Somebody who shares the terminal has made it non-blocking.
                var poll = new Libc.PollFd { Fd = descriptor, Events = Libc.POLLOUT };
                _ = Libc.Poll(&poll, 1, -1);
                return;
            case Libc.EPIPE:
                throw new BrokenPipeException();
            default:
                throw new IOException($"cannot write the output: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }
}

/// <summary>Whoever read our output has gone, as <c>head</c> does when it has seen enough. No error.</summary>
internal sealed class BrokenPipeException() : IOException("nobody reads the output any more");
