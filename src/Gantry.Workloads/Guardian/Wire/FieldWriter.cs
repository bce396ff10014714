using System.Buffers.Binary;
using System.Text;

namespace Gantry.Workloads.Guardian.Wire;

/// <summary>
/// Writes a message as numbered fields in the encoding of Protocol Buffers (protobuf.dev/programming-guides/encoding),
/// of which it uses variable-length integers, fixed 64-bit ones and length-delimited fields. It is written by hand because
/// the guardian stays as long as the services that it keeps: a serializer's metadata would be a third of its memory.
/// </summary>
internal sealed class FieldWriter
{
    private byte[] _bytes = new byte[256];
    private int _count;

    /// <summary>All that was written so far.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _count);

    /// <summary>Writes a number; nothing for null.</summary>
    public void Number(int field, long? value)
    {
        if (value is { } number)
        {
            Tag(field, WireType.Varint);
            Varint((ulong)number);
        }
    }

    public void Flag(int field, bool value) => Number(field, value ? 1 : 0);

    /// <summary>Writes a floating-point number; nothing for null.</summary>
    public void Real(int field, double? value)
    {
        if (value is { } real)
        {
            Tag(field, WireType.Fixed64);
            BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), real);
            _count += sizeof(double);
        }
    }

    /// <summary>Writes a text as UTF-8; nothing for null.</summary>
    public void Text(int field, string? value)
    {
        if (value is not null)
        {
            var length = Encoding.UTF8.GetByteCount(value);
            Tag(field, WireType.Bytes);
            Varint((ulong)length);
            _count += Encoding.UTF8.GetBytes(value, Room(length));
        }
    }

    /// <summary>Writes one field for each text.</summary>
    public void Texts(int field, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            Text(field, value);
        }
    }

    /// <summary>Writes a message within this one.</summary>
    public void Message(int field, Action<FieldWriter> write)
    {
        var inner = new FieldWriter();
        write(inner);
        Tag(field, WireType.Bytes);
        Varint((ulong)inner._count);
        inner.Written.Span.CopyTo(Room(inner._count));
        _count += inner._count;
    }

    private void Tag(int field, WireType type) => Varint(((ulong)field << 3) | (uint)type);

    private void Varint(ulong value)
    {
        const int Longest = 10;
        var room = Room(Longest);
        var count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[count++] = (byte)(value | 0x80);
        }

        room[count++] = (byte)value;
        _count += count;
    }

    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - _count < bytes)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _count + bytes));
        }

        return _bytes.AsSpan(_count);
    }
}
