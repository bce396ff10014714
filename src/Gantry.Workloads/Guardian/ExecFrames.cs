using System.Buffers.Binary;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// The channels of an exec, the first byte of each frame; the rest is what it carries. The numbers are those of
/// Kubernetes' remote command protocol, so that its clients' authors find nothing new.
/// </summary>
public static class ExecFrames
{
    /// <summary>To the command; an empty frame is its end.</summary>
    public const byte Stdin = 0;

    public const byte Stdout = 1;

    public const byte Stderr = 2;

    /// <summary>The last frame: the exit status in 4 bytes, little endian.</summary>
    public const byte Exit = 3;

    /// <summary>To the command's terminal: rows and columns, 2 bytes each, little endian.</summary>
    public const byte Resize = 4;

    public static byte[] ExitFrame(int code)
    {
        var frame = new byte[5];
        frame[0] = Exit;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), code);
        return frame;
    }

    public static byte[] ResizeFrame(int rows, int columns)
    {
        var frame = new byte[5];
        frame[0] = Resize;
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(1), (ushort)rows);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(3), (ushort)columns);
        return frame;
    }
}
