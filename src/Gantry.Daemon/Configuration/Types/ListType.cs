using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>An array; each item keeps its own place.</summary>
internal sealed class ListType<T>(ConfigType<T> item, string items, int minimum = 0) : ConfigType<ImmutableArray<Setting<T>>>
{
    public override string Expected => minimum > 0 ? $"a list of {items} that is not empty" : $"a list of {items}";

    public override string Label => $"list of {items}";

    public override bool Accepts(TomlValue value) => value is TomlArray;

    public override bool TryRead(TomlValue value, string path, Binding binding, [MaybeNullWhen(false)] out ImmutableArray<Setting<T>> result)
    {
        result = [];
        if (value is not TomlArray array)
        {
            binding.Mismatch(value, path, Expected, Hint(value, path), Found.Shape(value));
            return false;
        }

        if (array.Items.Count < minimum)
        {
            binding.Mismatch(value, path, Expected, found: "an empty list");
            return false;
        }

        var read = ImmutableArray.CreateBuilder<Setting<T>>(array.Items.Count);
        for (var i = 0; i < array.Items.Count; i++)
        {
            if (item.TryRead(array.Items[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), binding, out var one))
            {
                read.Add(binding.Setting(array.Items[i], one));
            }
        }

        // What is left of a list after its faulty items may be less than it must have.
        result = read.ToImmutable();
        return result.Length >= minimum;
    }

    private string? Hint(TomlValue value, string path) => value switch
    {
        TomlTable when item.Accepts(value) => $"write the header with two brackets: [[{path}]]",
        _ when item.Accepts(value) => Hints.ListIt(value),
        _ => null,
    };

    public override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = item.Schema() };
        if (minimum > 0)
        {
            schema["minItems"] = minimum;
        }

        return schema;
    }

    public override JsonNode? Show(ImmutableArray<Setting<T>> value, Showing showing) =>
        new JsonArray([.. value.Select(one => item.Show(one.Value, showing))]);
}
