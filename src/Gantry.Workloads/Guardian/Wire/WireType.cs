namespace Gantry.Workloads.Guardian.Wire;

/// <summary>How a field's value is written; the numbers are those of Protocol Buffers.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
