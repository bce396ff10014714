using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Guardian;

/// <summary>What the caller sends, and how it waits where the command does not take it.</summary>
internal sealed unsafe partial class ExecSession
{
    private readonly ByteQueue _input = new();
    private int _stdin;
    private bool _stdinEnds;
    private bool _inputWaits;

    private void Take(ReadOnlyMemory<byte> frame)
    {
        if (frame.IsEmpty)
        {
            return;
        }

        var content = frame[1..];
        switch (frame.Span[0])
        {
            case ExecFrames.Stdin when content.IsEmpty:
                EndInput();
                break;
            case ExecFrames.Stdin:
                _input.Add(content.ToArray());
                WriteInput();
                break;
            case ExecFrames.Resize when _terminal && _stdin >= 0 && content.Length == 4:
                Resize(_stdin, BinaryPrimitives.ReadUInt16LittleEndian(content.Span), BinaryPrimitives.ReadUInt16LittleEndian(content.Span[2..]));
                break;
        }
    }

    private void WriteInput()
    {
        var full = false;
        while (!full && _stdin >= 0 && _input.Length > 0)
        {
            nint count;
            fixed (byte* bytes = _input.Front.Span)
            {
                count = Libc.Write(_stdin, bytes, (nuint)_input.Front.Length);
            }

            if (count >= 0)
            {
                _input.Advance((int)count);
            }
            else if (Marshal.GetLastPInvokeError() is var error && error == Libc.EAGAIN)
            {
                full = true;
            }
            else if (error != Libc.EINTR)
            {
                // The command reads no more; what it was sent beyond that is nobody's loss.
                _input.Clear();
            }
        }

        if (_stdin < 0)
        {
            _input.Clear();
        }

        WaitForInput(full);
        _connection.Paused = _input.Length > MaxBacklog;
        if (!full && _stdinEnds)
        {
            CloseInput();
        }
    }

    /// <summary>A terminal is one descriptor for both directions, a pipe is watched only while it is full.</summary>
    private void WaitForInput(bool waits)
    {
        _inputWaits = waits;
        if (_terminal)
        {
            WatchOutputs();
        }
        else if (waits)
        {
            _loop.Add(_stdin, Libc.POLLOUT, _ => WriteInput());
        }
        else
        {
            _loop.Remove(_stdin);
        }
    }

    private void EndInput()
    {
        if (_terminal)
        {
            // What a person types to end the input of a terminal.
            _input.Add(new byte[] { 4 });
        }
        else
        {
            _stdinEnds = true;
        }

        WriteInput();
    }

    private void CloseInput()
    {
        if (_stdin >= 0 && !_terminal)
        {
            _loop.Remove(_stdin);
            _ = Libc.Close(_stdin);
        }

        _stdin = -1;
    }
}
