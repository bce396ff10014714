using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Toml;

namespace Gantry.Daemon.Configuration;

/// <summary>A table with known keys, bound to a record: all that Gantry knows of the keys stands in one of these.</summary>
/// <param name="noun">What the table is, in words with an article: <c>a health test</c>.</param>
/// <param name="empty">The record of a table that is empty, with its defaults.</param>
/// <param name="example">The table at its shortest, for those who wrote something else in its place.</param>
/// <param name="exactlyOne">Keys of which exactly one is to be given.</param>
/// <param name="together">Two of these that go together nevertheless.</param>
/// <param name="atLeastOne">Keys of which one at least is to be given, for editors: who checks the table says what is missing.</param>
internal sealed class TableType<T>(
    string noun,
    T empty,
    string? example = null,
    string[]? exactlyOne = null,
    (string First, string Second)? together = null,
    string[]? atLeastOne = null)
    : ConfigType<T>, IEnumerable<Key<T>>
    where T : Section
{
    private readonly List<Key<T>> _keys = [];

    public override string Expected => example is null ? $"a table ({noun})" : $"a table such as {example}";

    public override string Label => "table";

    public string Noun => noun;

    public IReadOnlyList<Key<T>> Keys => _keys;

    /// <summary>Exactly one of these keys is to be given; none are meant where it is empty.</summary>
    public ImmutableArray<string> ExactlyOne { get; } = [.. exactlyOne ?? []];

    /// <summary>Two of <see cref="ExactlyOne"/> that go together nevertheless.</summary>
    public (string First, string Second)? Together => together;

    public void Add<TValue>(
        string name,
        ConfigType<TValue> type,
        Func<T, Setting<TValue>?> get,
        Func<T, Setting<TValue>, T> set,
        string description,
        KeyFacets? facets = null) =>
        _keys.Add(new Key<T, TValue>(name, type, get, set, description, facets ?? KeyFacets.None, empty));

    /// <summary>Adds a key that belongs to a part of Gantry that is not in this version.</summary>
    public void Add(string name, string description) => _keys.Add(new LaterKey<T>(name, description));

    public override bool Accepts(TomlValue value) => value is TomlTable;

    public override bool TryRead(TomlValue value, string path, Binding binding, [MaybeNullWhen(false)] out T result)
    {
        if (value is not TomlTable table)
        {
            // The value is not repeated: a secret may have been written where its table belongs.
            binding.Mismatch(value, path, Expected, found: Found.Shape(value));
            result = null;
            return false;
        }

        var bound = empty with { Place = binding.Place(value.Span), Written = empty.Written };
        foreach (var entry in table.Entries)
        {
            bound = Read(bound, entry, path, binding);
        }

        TableRules.Check(this, bound, path, binding);
        result = bound;
        return true;
    }

    public override JsonObject Schema()
    {
        var properties = new JsonObject();
        foreach (var key in _keys)
        {
            properties[key.Name] = key.Schema();
            foreach (var alias in key.Facets.Aliases)
            {
                properties[alias] = key.Schema();
            }
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        AddDemands(schema);
        return schema;
    }

    public override JsonNode? Show(T value, Showing showing)
    {
        var shown = new JsonObject();
        foreach (var part in Parts(value, showing))
        {
            shown[string.Join('.', part.Path)] = part.Value;
        }

        return shown;
    }

    public override IEnumerable<ShownSetting> Parts(T value, Showing showing) => _keys.SelectMany(key => key.Show(value, showing));

    public override T Override(T value, Layer layer, string path) =>
        _keys.Aggregate(value, (owner, key) => key.Override(owner, layer, TomlText.Join(path, key.Name)));

    public IEnumerator<Key<T>> GetEnumerator() => _keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The key of that name or alias.</summary>
    public Key<T>? Find(string name) => _keys.Find(key => key.Name == name || key.Facets.Aliases.Contains(name));

    private T Read(T bound, TomlEntry entry, string path, Binding binding)
    {
        var place = binding.Place(entry.KeySpan);
        if (Find(entry.Key) is not { } key)
        {
            var meant = TableRules.Meant(this, entry.Key);
            var help = meant is null ? TableRules.KnownKeys(this) : $"did you mean \"{meant}\"?";
            binding.Diagnostics.Error(place, $"unknown key {TomlText.Quote(entry.Key)}{(path.Length == 0 ? "" : $" in {path}")}", help);
            return meant is null ? bound : bound with { Misspelt = bound.Misspelt.Add(meant) };
        }

        if (key.IsLater)
        {
            binding.Diagnostics.Warning(place, $"{TomlText.Join(path, entry.Key)} is not available in this version and has no effect");
        }

        if (bound.Written.TryGetValue(key.Name, out var first))
        {
            binding.Diagnostics.Error(place, $"{TomlText.Join(path, entry.Key)}: {key.Name} and {string.Join(", ", key.Facets.Aliases)} are one key with two names, and it stands already at {first}");
            return bound;
        }

        return key.Read(bound with { Written = bound.Written.Add(key.Name, place) }, entry.Value, TomlText.Join(path, entry.Key), binding);
    }

    /// <summary>Adds to a schema which keys demand or exclude which.</summary>
    private void AddDemands(JsonObject schema)
    {
        if (!ExactlyOne.IsEmpty)
        {
            var apart = ExactlyOne.Where(name => Together is not { } pair || (name != pair.First && name != pair.Second)).Select(name => Demand(name));
            schema["oneOf"] = new JsonArray([.. Together is { } pair ? apart.Append(AnyOf([pair.First, pair.Second])) : apart]);
        }

        if (atLeastOne is not null)
        {
            schema["anyOf"] = new JsonArray([.. atLeastOne.Select(Demand)]);
        }

        var named = _keys.Where(key => !key.Facets.Beside.IsEmpty).SelectMany(key => key.Facets.Aliases.Prepend(key.Name), (key, name) => (name, key.Facets.Beside));
        var dependencies = new JsonObject(named.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.name, AnyOf(pair.Beside))));
        if (dependencies.Count > 0)
        {
            schema["dependencies"] = dependencies;
        }
    }

    private static JsonNode Demand(string name) => new JsonObject { ["required"] = new JsonArray(name) };

    /// <summary>What demands one at least of some keys.</summary>
    private static JsonNode AnyOf(IReadOnlyList<string> names) => names is [var name]
        ? Demand(name)
        : new JsonObject { ["anyOf"] = new JsonArray([.. names.Select(Demand)]) };
}
