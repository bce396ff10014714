using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration;

/// <summary>
/// A kind of value that a key may have: how it is read, shown and described. Binder, JSON Schema and documentation all
/// ask here, so that nothing about a value is said twice.
/// </summary>
internal abstract class ConfigType<T>
{
    /// <summary>What is accepted, in words that follow "expected": <c>an integer from 1 to 64</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>What is accepted, in short, for the tables of the documentation.</summary>
    public virtual string Label => Expected;

    /// <summary>Whether a value has the right shape, whatever is in it.</summary>
    public abstract bool Accepts(TomlValue value);

    /// <summary>Reads a value, or reports to the binding why it cannot and gives false.</summary>
    /// <param name="path">The full name of the key, for messages: <c>services.api.port</c>.</param>
    public abstract bool TryRead(TomlValue value, string path, Binding binding, [MaybeNullWhen(false)] out T result);

    /// <summary>The value's JSON Schema (draft-07).</summary>
    public abstract JsonObject Schema();

    /// <summary>The value as one would write it; null where there is nothing to write.</summary>
    public abstract JsonNode? Show(T value, Showing showing);

    /// <summary>A table's values one by one, each with its origin; null where the type is no table.</summary>
    public virtual IEnumerable<ShownSetting>? Parts(T value, Showing showing) => null;

    /// <summary>The value with what a stronger layer says of the keys below it; only tables have any.</summary>
    public virtual T Override(T value, Layer layer, string path) => value;
}
