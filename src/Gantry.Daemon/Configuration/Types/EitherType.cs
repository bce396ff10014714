using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>One of several shapes: the first that accepts the value reads it and, where it fails, words the fault.</summary>
internal sealed class EitherType<T>(string expected, string label, params ConfigType<T>[] shapes) : ConfigType<T>
{
    public override string Expected => expected;

    public override string Label => label;

    public override bool Accepts(TomlValue value) => shapes.Any(shape => shape.Accepts(value));

    public override bool TryRead(TomlValue value, string path, Binding binding, [MaybeNullWhen(false)] out T result)
    {
        foreach (var shape in shapes)
        {
            if (shape.Accepts(value))
            {
                return shape.TryRead(value, path, binding, out result);
            }
        }

        result = default;
        binding.Mismatch(value, path, Expected, Hint(value));
        return false;
    }

    private string? Hint(TomlValue value)
    {
        if (value is TomlString)
        {
            return Accepts(new TomlArray([], value.Span)) ? Hints.ListIt(value) : null;
        }

        return Accepts(new TomlString("", value.Span)) ? Hints.QuoteIt(value) : null;
    }

    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray([.. shapes.Select(shape => shape.Schema())]) };

    public override JsonNode? Show(T value, Showing showing) =>
        shapes.Select(shape => shape.Show(value, showing)).FirstOrDefault(shown => shown is not null);

    public override IEnumerable<ShownSetting>? Parts(T value, Showing showing) =>
        shapes.Select(shape => shape.Parts(value, showing)).FirstOrDefault(parts => parts is not null);
}
