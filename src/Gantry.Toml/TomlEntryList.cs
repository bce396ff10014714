using System.Collections;

namespace Gantry.Toml;

/// <summary>
/// The entries of a parsed table. It carries the index that the parser built to find duplicate keys, so that looking a
/// key up stays fast in a large table. Small tables have none: there a scan is faster.
/// </summary>
internal sealed class TomlEntryList(TomlEntry[] entries, Dictionary<string, int>? index) : IReadOnlyList<TomlEntry>
{
    public static readonly TomlEntryList Empty = new([], null);

    public int Count => entries.Length;

    public TomlEntry this[int position] => entries[position];

    public TomlEntry? Find(string key)
    {
        if (index is not null)
        {
            return index.TryGetValue(key, out var position) ? entries[position] : null;
        }

        foreach (var entry in entries)
        {
            if (entry.Key == key)
            {
                return entry;
            }
        }

        return null;
    }

    public IEnumerator<TomlEntry> GetEnumerator() => ((IEnumerable<TomlEntry>)entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
