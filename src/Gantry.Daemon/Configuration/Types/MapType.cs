using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>A value under a name of the user's choice.</summary>
internal sealed record Named<T>(string Name, SourcePlace Place, Setting<T> Setting)
{
    public T Value => Setting.Value;
}

/// <summary>A table whose keys are names that the user chooses.</summary>
/// <param name="item">What stands under each name.</param>
/// <param name="what">The names in words: <c>variables</c>.</param>
/// <param name="most">More entries than this are refused.</param>
/// <param name="pattern">Of the names, for editors; see <see cref="TextType"/>.</param>
internal sealed class MapType<T>(ConfigType<T> item, string what, int most = int.MaxValue, string? pattern = null) : ConfigType<ImmutableArray<Named<T>>>
{
    public override string Expected => $"a table of {what}";

    public override string Label => $"table of {what}";

    public override bool Accepts(TomlValue value) => value is TomlTable;

    public override bool TryRead(TomlValue value, string path, Binding binding, [MaybeNullWhen(false)] out ImmutableArray<Named<T>> result)
    {
        result = [];
        if (value is not TomlTable table)
        {
            var help = value is TomlArray && item.Accepts(new TomlTable([], value.Span)) ? $"each has a header of its own with its name: [{path}.name]" : null;
            binding.Mismatch(value, path, Expected, help, Found.Shape(value));
            return false;
        }

        if (table.Entries.Count > most)
        {
            binding.Diagnostics.Error(binding.Place(table.Entries[most].KeySpan), $"{path}: {table.Entries.Count} {what} are more than the {most} that are allowed");
            return false;
        }

        var read = ImmutableArray.CreateBuilder<Named<T>>(table.Entries.Count);
        foreach (var entry in table.Entries)
        {
            if (item.TryRead(entry.Value, TomlText.Join(path, entry.Key), binding, out var one))
            {
                read.Add(new Named<T>(entry.Key, binding.Place(entry.KeySpan), binding.Setting(entry.Value, one)));
            }
        }

        result = read.ToImmutable();
        return true;
    }

    public override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = item.Schema() };
        if (pattern is not null)
        {
            schema["propertyNames"] = new JsonObject { ["pattern"] = pattern };
        }

        if (most != int.MaxValue)
        {
            schema["maxProperties"] = most;
        }

        return schema;
    }

    public override JsonNode? Show(ImmutableArray<Named<T>> value, Showing showing)
    {
        var shown = new JsonObject();
        foreach (var entry in value)
        {
            shown[entry.Name] = item.Show(entry.Value, showing);
        }

        return shown;
    }
}
