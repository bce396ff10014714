using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration.Types;

/// <summary>A type whose values mean something else in the end: a shorthand, a word for a whole table.</summary>
/// <param name="back">The way back for showing; null for values that this type cannot have come to.</param>
internal sealed class ConvertedType<TFrom, T>(ConfigType<TFrom> written, Func<Setting<TFrom>, T> convert, Func<T, Setting<TFrom>?> back) : ConfigType<T>
{
    public override string Expected => written.Expected;

    public override string Label => written.Label;

    public override bool Accepts(TomlValue value) => written.Accepts(value);

    public override bool TryRead(TomlValue value, string path, Binding binding, [MaybeNullWhen(false)] out T result)
    {
        if (written.TryRead(value, path, binding, out var read))
        {
            result = convert(binding.Setting(value, read));
            return true;
        }

        result = default;
        return false;
    }

    public override JsonObject Schema() => written.Schema();

    public override JsonNode? Show(T value, Showing showing) => back(value) is { } shown ? written.Show(shown.Value, showing) : null;
}
