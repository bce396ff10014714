using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration;

/// <summary>What is to be known of a key besides its name, type and meaning.</summary>
internal sealed record KeyFacets
{
    public static readonly KeyFacets None = new();

    /// <summary>Other names that are accepted.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>What people write who know other tools; answered with "did you mean".</summary>
    public ImmutableArray<string> Synonyms { get; init; } = [];

    /// <summary>One of these keys must stand beside it.</summary>
    public ImmutableArray<string> Beside { get; init; } = [];

    /// <summary>The default in words, where it is computed and not on the property.</summary>
    public string? DefaultText { get; init; }

    /// <summary>The environment variable that overrides it.</summary>
    public string? Variable { get; init; }
}

/// <summary>One key of a table: the one description from which it is bound, shown, documented and put into the schema.</summary>
internal abstract class Key<TOwner>(string name, string description, KeyFacets facets)
{
    public string Name => name;

    /// <summary>One line for editors and the documentation, ending in a full stop.</summary>
    public string Description => description;

    public KeyFacets Facets => facets;

    /// <summary>Whether the key belongs to a part of Gantry that is not in this version.</summary>
    public virtual bool IsLater => false;

    /// <summary>The type in short; empty where there is none yet.</summary>
    public abstract string Label { get; }

    /// <summary>The property's own default as one would write it; null where it has none.</summary>
    public abstract JsonNode? Default { get; }

    public abstract TOwner Read(TOwner owner, TomlValue value, string path, Binding binding);

    /// <summary>The owner with what a stronger layer says of this key and of those below it.</summary>
    public virtual TOwner Override(TOwner owner, Layer layer, string path) => owner;

    public abstract JsonObject Schema();

    /// <summary>What is to be shown of it; a table below is taken apart into its keys.</summary>
    public abstract IEnumerable<ShownSetting> Show(TOwner owner, Showing showing);
}

internal sealed class Key<TOwner, TValue>(
    string name,
    ConfigType<TValue> type,
    Func<TOwner, Setting<TValue>?> get,
    Func<TOwner, Setting<TValue>, TOwner> set,
    string description,
    KeyFacets facets,
    TOwner empty) : Key<TOwner>(name, description, facets)
{
    public override string Label => type.Label;

    public override JsonNode? Default => get(empty) is { } setting && type.Parts(setting.Value, Showing.AsWritten) is null
        ? type.Show(setting.Value, Showing.AsWritten)
        : null;

    public override TOwner Read(TOwner owner, TomlValue value, string path, Binding binding) =>
        type.TryRead(value, path, binding, out var read) ? set(owner, binding.Setting(value, read)) : owner;

    public override TOwner Override(TOwner owner, Layer layer, string path)
    {
        if (layer.Find(path, Facets.Variable) is { } found)
        {
            return layer.Read(type, found, path) is { } setting ? set(owner, setting) : owner;
        }

        if (get(owner) is not { } current)
        {
            return owner;
        }

        var changed = type.Override(current.Value, layer, path);
        return ReferenceEquals(changed, current.Value) ? owner : set(owner, current with { Value = changed });
    }

    public override JsonObject Schema()
    {
        var schema = type.Schema();
        schema["description"] = Facets.DefaultText is null ? Description : $"{Description} Default: {Facets.DefaultText}.";
        if (Default is { } standard and not JsonArray { Count: 0 } and not JsonObject { Count: 0 })
        {
            schema["default"] = standard;
        }

        return schema;
    }

    public override IEnumerable<ShownSetting> Show(TOwner owner, Showing showing)
    {
        if (get(owner) is not { } setting)
        {
            return [];
        }

        if (type.Parts(setting.Value, showing) is { } parts)
        {
            return parts.Select(part => part with { Path = part.Path.Insert(0, Name) });
        }

        return type.Show(setting.Value, showing) is { } node ? [new ShownSetting([Name], node, setting.Origin)] : [];
    }
}

/// <summary>A key of a part of Gantry that is not in this version: it is known, and answered with a warning.</summary>
internal sealed class LaterKey<TOwner>(string name, string description) : Key<TOwner>(name, description, KeyFacets.None)
{
    public override bool IsLater => true;

    public override string Label => "";

    public override JsonNode? Default => null;

    public override TOwner Read(TOwner owner, TomlValue value, string path, Binding binding) => owner;

    public override JsonObject Schema() => new() { ["description"] = $"Not available in this version: {Description}" };

    public override IEnumerable<ShownSetting> Show(TOwner owner, Showing showing) => [];
}
