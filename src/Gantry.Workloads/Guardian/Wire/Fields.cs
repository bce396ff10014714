using System.Buffers.Binary;
using System.Text;

namespace Gantry.Workloads.Guardian.Wire;

/// <summary>
/// A message's fields as <see cref="FieldWriter"/> writes them. Fields that the reader does not ask for are passed over,
/// and what is not there has its default: so a daemon and a guardian of different versions understand each other.
/// </summary>
internal sealed class Fields
{
    private readonly List<Field> _fields = [];

    /// <exception cref="InvalidDataException">The bytes are not such a message.</exception>
    public Fields(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var tag = Varint(ref bytes);
            var number = (int)Math.Min(tag >> 3, int.MaxValue);
            _fields.Add((WireType)(tag & 7) switch
            {
                WireType.Varint => new Field(number, (long)Varint(ref bytes), null),
                WireType.Fixed64 => new Field(number, BinaryPrimitives.ReadInt64LittleEndian(Take(ref bytes, sizeof(long))), null),
                WireType.Fixed32 => new Field(number, BinaryPrimitives.ReadInt32LittleEndian(Take(ref bytes, sizeof(int))), null),
                WireType.Bytes => new Field(number, 0, Take(ref bytes, Varint(ref bytes)).ToArray()),
                _ => throw new InvalidDataException($"field {number} is of an unknown type"),
            });
        }
    }

    /// <summary>A number near the beginning of a message that may be cut, or be none; null where it cannot be read.</summary>
    public static long? Peek(ReadOnlySpan<byte> bytes, int field)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                var tag = Varint(ref bytes);
                if ((WireType)(tag & 7) != WireType.Varint)
                {
                    return null;
                }

                var number = (long)Varint(ref bytes);
                if (tag >> 3 == (ulong)field)
                {
                    return number;
                }
            }
        }
        catch (InvalidDataException)
        {
            // It ends before the number does.
        }

        return null;
    }

    public long? Number(int field) => Last(field)?.Number;

    public long Number(int field, long otherwise) => Number(field) ?? otherwise;

    public bool Flag(int field) => Number(field) is not (null or 0);

    public double? Real(int field) => Last(field) is { } found ? BitConverter.Int64BitsToDouble(found.Number) : null;

    public string? Text(int field) => Last(field)?.Text;

    /// <exception cref="InvalidDataException">The message has no such text.</exception>
    public string Required(int field) => Text(field) ?? throw new InvalidDataException($"field {field} is missing");

    /// <summary>The texts of a field that occurs any number of times, in their order.</summary>
    public string[] Texts(int field) => [.. _fields.FindAll(found => found.Of == field).ConvertAll(found => found.Text)];

    /// <summary>The message within this one; null where there is none.</summary>
    public Fields? Message(int field) => Last(field) is { } found ? new Fields(found.Bytes) : null;

    /// <summary>The messages of a field that occurs any number of times, in their order.</summary>
    public Fields[] Messages(int field) => [.. _fields.FindAll(found => found.Of == field).ConvertAll(found => new Fields(found.Bytes))];

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(ref bytes, 1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number is longer than 64 bits");
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, ulong count)
    {
        if (count > (ulong)bytes.Length)
        {
            throw new InvalidDataException("the message ends within a field");
        }

        var taken = bytes[..(int)count];
        bytes = bytes[(int)count..];
        return taken;
    }

    private Field? Last(int field) => _fields.FindLast(found => found.Of == field);

    /// <summary>One occurrence: a number, or bytes.</summary>
    private sealed class Field(int of, long number, byte[]? bytes)
    {
        public int Of { get; } = of;

        public long Number { get; } = number;

        public byte[] Bytes { get; } = bytes ?? [];

        public string Text => Encoding.UTF8.GetString(Bytes);
    }
}
