namespace Gantry.Workloads.Guardian;

/// <summary>Bytes that wait to be written, taken from the front as the other side accepts them.</summary>
internal sealed class ByteQueue
{
    private readonly Queue<ReadOnlyMemory<byte>> _blocks = new();
    private int _offset;

    /// <summary>All bytes that wait.</summary>
    public int Length { get; private set; }

    /// <summary>The foremost block's rest; empty where nothing waits.</summary>
    public ReadOnlyMemory<byte> Front => _blocks.TryPeek(out var block) ? block[_offset..] : default;

    /// <summary>Adds a block, which must not change afterwards.</summary>
    public void Add(ReadOnlyMemory<byte> block)
    {
        if (!block.IsEmpty)
        {
            _blocks.Enqueue(block);
            Length += block.Length;
        }
    }

    /// <summary>Takes bytes off <see cref="Front"/>, at most all of it.</summary>
    public void Advance(int count)
    {
        _offset += count;
        Length -= count;
        if (_offset == _blocks.Peek().Length)
        {
            _blocks.Dequeue();
            _offset = 0;
        }
    }

    public void Clear()
    {
        _blocks.Clear();
        (_offset, Length) = (0, 0);
    }
}
