using System.Runtime.InteropServices;
using System.Threading.Channels;
using Gantry.Cli.Native;
using Gantry.Workloads.Guardian;

namespace Gantry.Cli.Exec;

/// <summary>
/// Standard input as frames, until its end or until told to stop. A read that waits for a key cannot be cancelled, so
/// this waits in poll(2) for input or for a pipe of ours that is closed when it shall stop.
/// </summary>
internal sealed class StandardInput : IDisposable
{
    private const int BufferSize = 32 << 10;

    private readonly int _wakeRead;
    private int _wakeWrite;

    public unsafe StandardInput()
    {
        var ends = stackalloc int[2];
        if (!OperatingSystem.IsWindows() && Libc.Pipe(ends) != 0)
        {
            throw new IOException($"cannot make a pipe: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        (_wakeRead, _wakeWrite) = (ends[0], ends[1]);
    }

    /// <summary>Hands on what is typed or piped in; an empty frame tells of the end.</summary>
    public Task CopyAsync(ChannelWriter<byte[]> frames, CancellationToken ct) => Task.Run(() => CopyLoopAsync(frames, ct), CancellationToken.None);

    public void Stop()
    {
        if (Interlocked.Exchange(ref _wakeWrite, -1) is var end and >= 0)
        {
            _ = Libc.Close(end);
        }
    }

    public void Dispose()
    {
        Stop();
        _ = Libc.Close(_wakeRead);
    }

    private async Task CopyLoopAsync(ChannelWriter<byte[]> frames, CancellationToken ct)
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (!ct.IsCancellationRequested)
            {
                var count = ReadNext(buffer);
                if (count < 0)
                {
                    return;
                }

                await frames.WriteAsync([ExecFrames.Stdin, .. buffer.AsSpan(0, count)], ct);
                if (count == 0)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The command needs no more input.
        }
    }

    /// <summary>The number of bytes read, 0 at the end of the input, -1 when it shall stop.</summary>
    private unsafe int ReadNext(byte[] buffer)
    {
        var polls = stackalloc Libc.PollFd[2];
        polls[0] = new Libc.PollFd { Fd = TerminalDevice.Stdin, Events = Libc.POLLIN };
        polls[1] = new Libc.PollFd { Fd = _wakeRead, Events = Libc.POLLIN };
        while (true)
        {
            var ready = Libc.Poll(polls, 2, -1);
            if (ready > 0 && polls[1].Revents != 0)
            {
                return -1;
            }

            if (ready > 0)
            {
                fixed (byte* start = buffer)
                {
                    var count = Libc.Read(TerminalDevice.Stdin, start, (nuint)buffer.Length);
                    if (count >= 0 || Marshal.GetLastPInvokeError() is not (Libc.EINTR or Libc.EAGAIN))
                    {
                        return (int)Math.Max(0, count);
                    }
                }
            }
        }
    }
}
