using System.Text;
using Gantry.Toml;

namespace Gantry.Tests.Toml;

/// <summary>
/// Writes a tree of values as TOML, choosing at random among all the ways in which the specification lets one write it:
/// headers or braces or dotted keys, sections in any order, comments and spaces anywhere.
/// </summary>
internal sealed class DocumentWriter(Random random, TomlVersion version)
{
    private readonly ScalarWriter _scalars = new(random, version);
    private readonly string _newLine = random.Next(2) == 0 ? "\n" : "\r\n";

    public string Write(TomlTable root) => (random.Next(8) == 0 ? "\uFEFF" : "") + Body([], root);

    /// <summary>What stands below a table's header: its keys, and then the sections of the tables inside it.</summary>
    private string Body(string[] path, TomlTable table)
    {
        var keys = new StringBuilder();
        var sections = new List<string>();
        foreach (var entry in table.Entries)
        {
            string[] inner = [.. path, entry.Key];
            switch (entry.Value)
            {
                case TomlTable value when random.Next(3) > 0:
                    sections.Add(random.Next(3) == 0 ? SectionAfterInnerOnes(inner, value) : Section(inner, value));
                    break;
                case TomlArray { Items.Count: > 0 } array when array.Items.All(item => item is TomlTable) && random.Next(3) > 0:
                    sections.Add(string.Concat(array.Items.Select(item => $"{Spaces()}[[{Path(inner)}]]{LineEnd()}{Body(inner, (TomlTable)item)}")));
                    break;
                default:
                    WriteKeyValue(keys, _scalars.Key(entry.Key), entry.Value);
                    break;
            }
        }

        Shuffle(sections);
        return keys + string.Concat(sections);
    }

    private string Section(string[] path, TomlTable table) => $"{Spaces()}[{Path(path)}]{LineEnd()}{Body(path, table)}";

    /// <summary>A section that comes after those of the tables inside it, or not at all where it would hold nothing else.</summary>
    private string SectionAfterInnerOnes(string[] path, TomlTable table)
    {
        var inner = table.Entries.Where(entry => entry.Value is TomlTable).ToList();
        var rest = table.Entries.Except(inner).ToList();
        return string.Concat(inner.Select(entry => Section([.. path, entry.Key], (TomlTable)entry.Value)))
            + (inner.Count > 0 && rest.Count == 0 && random.Next(2) == 0 ? "" : Section(path, table with { Entries = rest }));
    }

    private void WriteKeyValue(StringBuilder text, string key, TomlValue value)
    {
        if (value is TomlTable { Entries.Count: > 0 } table && random.Next(2) == 0)
        {
            foreach (var entry in table.Entries)
            {
                WriteKeyValue(text, $"{key}{Spaces()}.{Spaces()}{_scalars.Key(entry.Key)}", entry.Value);
            }

            return;
        }

        text.Append(Spaces()).Append(key).Append(Spaces()).Append('=').Append(Spaces()).Append(Value(value)).Append(LineEnd());
    }

    private string Value(TomlValue value) => value switch
    {
        TomlTable table => InlineTable(table),
        TomlArray array => Bracketed('[', ']', [.. array.Items.Select(Value)], mayBreak: true),
        _ => _scalars.Write(value),
    };

    private string InlineTable(TomlTable table)
    {
        var pairs = new List<string>();
        foreach (var entry in table.Entries)
        {
            AddPairs(pairs, _scalars.Key(entry.Key), entry.Value);
        }

        return Bracketed('{', '}', pairs, mayBreak: version == TomlVersion.Toml11);
    }

    private void AddPairs(List<string> pairs, string key, TomlValue value)
    {
        if (value is TomlTable { Entries.Count: > 0 } table && random.Next(2) == 0)
        {
            foreach (var entry in table.Entries)
            {
                AddPairs(pairs, $"{key}.{_scalars.Key(entry.Key)}", entry.Value);
            }

            return;
        }

        pairs.Add($"{key}{Spaces()}={Spaces()}{Value(value)}");
    }

    private string Bracketed(char open, char close, List<string> items, bool mayBreak)
    {
        var space = () => mayBreak && random.Next(4) == 0 ? LineEnd() + Spaces() : Spaces();
        var text = new StringBuilder().Append(open).Append(space());
        for (var position = 0; position < items.Count; position++)
        {
            text.Append(items[position]).Append(space());
            if (position < items.Count - 1 || (mayBreak && random.Next(3) == 0))
            {
                text.Append(',').Append(space());
            }
        }

        return text.Append(close).ToString();
    }

    private string Path(string[] path) => Spaces() + string.Join($"{Spaces()}.{Spaces()}", path.Select(_scalars.Key)) + Spaces();

    private string Spaces() => random.Next(6) switch { 0 => " ", 1 => "\t ", _ => "" };

    private string LineEnd() => Spaces() + random.Next(8) switch
    {
        0 => "# a = [ \" ''' é 😀\t" + _newLine,
        1 => _newLine + Spaces() + _newLine,
        _ => _newLine,
    };

    private void Shuffle(List<string> sections)
    {
        for (var position = sections.Count - 1; position > 0; position--)
        {
            var other = random.Next(position + 1);
            (sections[position], sections[other]) = (sections[other], sections[position]);
        }
    }
}
