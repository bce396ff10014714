namespace Gantry.Toml.Parsing;

/// <summary>How a table came to be, which decides what may still be added to it.</summary>
internal enum TableOrigin
{
    /// <summary>Only as a part of a longer header: it may still get a header of its own, or be filled by dotted keys.</summary>
    Implied,

    /// <summary>By its own header: it may not get a second one, nor be filled by dotted keys from elsewhere.</summary>
    Header,

    /// <summary>By a dotted key: further dotted keys may fill it, a header may not open it.</summary>
    DottedKey,

    /// <summary>By braces, still open. Once closed it is a <see cref="TomlTable"/> and nothing is added to it.</summary>
    Braces,
}

/// <summary>A table that is not finished. Only headers and dotted keys make them; every other value is final at once.</summary>
internal sealed class TableBuilder(TableOrigin origin, TomlSpan span, int depth)
{
    // Up to here a scan is as fast as hashing, and most tables are small.
    private const int LargestWithoutIndex = 8;

    private readonly List<Slot> _slots = [];
    private Dictionary<string, int>? _index;

    public TableOrigin Origin { get; private set; } = origin;

    public TomlSpan Span { get; private set; } = span;

    /// <summary>How many tables and arrays it lies in.</summary>
    public int Depth { get; } = depth;

    public void Define(TableOrigin origin, TomlSpan span)
    {
        Origin = origin;
        Span = span;
    }

    /// <summary>A <see cref="TomlValue"/>, a <see cref="TableBuilder"/> or a <see cref="TableArrayBuilder"/>.</summary>
    public bool TryFind(string key, out Slot slot)
    {
        var position = _index is null ? Scan(key) : _index.GetValueOrDefault(key, -1);
        slot = position < 0 ? default : _slots[position];
        return position >= 0;
    }

    private int Scan(string key)
    {
        for (var position = 0; position < _slots.Count; position++)
        {
            if (_slots[position].Key == key)
            {
                return position;
            }
        }

        return -1;
    }

    /// <summary>Adds a key that is known to be new.</summary>
    public void Add(KeyPart key, object value)
    {
        _slots.Add(new Slot(key.Name, key.Span, value));
        if (_index is not null)
        {
            _index.Add(key.Name, _slots.Count - 1);
        }
        else if (_slots.Count > LargestWithoutIndex)
        {
            _index = new Dictionary<string, int>(4 * LargestWithoutIndex);
            for (var position = 0; position < _slots.Count; position++)
            {
                _index.Add(_slots[position].Key, position);
            }
        }
    }

    /// <summary>The finished table. Recursion is bounded, since no builder is deeper than <see cref="TomlDocument.MaxDepth"/>.</summary>
    public TomlTable Freeze()
    {
        if (_slots.Count == 0)
        {
            return new TomlTable(TomlEntryList.Empty, Span);
        }

        var entries = new TomlEntry[_slots.Count];
        for (var position = 0; position < entries.Length; position++)
        {
            var slot = _slots[position];
            entries[position] = new TomlEntry(slot.Key, slot.KeySpan, slot.Value switch
            {
                TableBuilder table => table.Freeze(),
                TableArrayBuilder array => array.Freeze(),
                var value => (TomlValue)value,
            });
        }

        return new TomlTable(new TomlEntryList(entries, _index), Span);
    }

    internal readonly record struct Slot(string Key, TomlSpan KeySpan, object Value);
}

/// <summary>An array of tables that further <c>[[headers]]</c> may still add to.</summary>
internal sealed class TableArrayBuilder(TomlSpan span)
{
    private readonly List<TableBuilder> _tables = [];

    public TableBuilder Last => _tables[^1];

    public void Add(TableBuilder table) => _tables.Add(table);

    public TomlArray Freeze() => new([.. _tables.Select(table => table.Freeze())], span);
}

/// <summary>One part of a dotted key.</summary>
internal readonly record struct KeyPart(string Name, TomlSpan Span);
