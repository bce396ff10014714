using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gantry.Toml;

namespace Gantry.Tests.Workspaces.Configuration;

/// <summary>As much of JSON Schema as Gantry's schemas use, over TOML. A word that is not known here fails the test.</summary>
internal static class SchemaCheck
{
    private static readonly HashSet<string> Known = ["$schema", "title", "description", "default", "type", "properties", "additionalProperties", "items", "minItems", "minLength", "minimum", "maximum", "exclusiveMinimum", "pattern", "enum", "const", "anyOf", "oneOf", "required", "propertyNames", "maxProperties", "dependencies"];

    /// <summary>The places that the schema refuses.</summary>
    public static IReadOnlyList<string> Faults(string schema, TomlTable root) => [.. Faults(JsonNode.Parse(schema)!.AsObject(), root, "")];

    private static IEnumerable<string> Faults(JsonObject schema, TomlValue value, string path)
    {
        if (schema.FirstOrDefault(pair => !Known.Contains(pair.Key)) is { Key: { } unknown })
        {
            throw new InvalidOperationException($"{unknown} is a word of JSON Schema that this check does not know");
        }

        if (!Shape(schema, value) || !Text(schema, value) || !Number(schema, value) || !Alternatives(schema, value, path))
        {
            return [path];
        }

        return value switch
        {
            TomlTable table => Names(schema, table, path).Concat(Table(schema, table, path)),
            TomlArray list when schema["items"] is JsonObject items => list.Items.SelectMany((item, index) => Faults(items, item, $"{path}[{index}]")),
            _ => [],
        };
    }

    private static IEnumerable<string> Table(JsonObject schema, TomlTable table, string path)
    {
        foreach (var entry in table.Entries)
        {
            var below = path.Length == 0 ? entry.Key : $"{path}.{entry.Key}";
            var properties = schema["properties"] as JsonObject;
            if (properties?[entry.Key] is JsonObject known)
            {
                foreach (var fault in Faults(known, entry.Value, below))
                {
                    yield return fault;
                }
            }
            else if (schema["additionalProperties"] is JsonObject any)
            {
                foreach (var fault in Faults(any, entry.Value, below))
                {
                    yield return fault;
                }
            }
            else if (schema["additionalProperties"] is JsonValue)
            {
                yield return below;
            }
        }
    }

    private static IEnumerable<string> Names(JsonObject schema, TomlTable table, string path)
    {
        if (schema["maxProperties"] is { } most && table.Entries.Count > most.GetValue<int>())
        {
            yield return path;
        }

        foreach (var entry in table.Entries)
        {
            var below = path.Length == 0 ? entry.Key : $"{path}.{entry.Key}";
            if (schema["propertyNames"] is JsonObject names && !Text(names, new TomlString(entry.Key, entry.KeySpan)))
            {
                yield return below;
            }

            if ((schema["dependencies"] as JsonObject)?[entry.Key] is JsonObject demand && Faults(demand, table, path).Any())
            {
                yield return below;
            }
        }
    }

    private static bool Shape(JsonObject schema, TomlValue value)
    {
        var types = schema["type"] switch { null => null, JsonArray several => several.Select(type => type!.GetValue<string>()).ToArray(), var one => [one.GetValue<string>()] };
        return types is null || types.Any(type => (type, value) is ("string", TomlString) or ("integer", TomlInteger) or ("number", TomlInteger or TomlFloat) or ("boolean", TomlBoolean) or ("array", TomlArray) or ("object", TomlTable));
    }

    private static bool Text(JsonObject schema, TomlValue value)
    {
        var text = (value as TomlString)?.Value;
        return (schema["enum"] is not JsonArray choices || choices.Any(choice => choice!.GetValue<string>() == text))
            && (schema["const"] is null || value is TomlBoolean { Value: true })
            && (schema["pattern"] is not { } pattern || Regex.IsMatch(text!, pattern.GetValue<string>(), RegexOptions.ECMAScript))
            && (schema["minLength"] is not { } length || text!.Length >= length.GetValue<int>());
    }

    private static bool Number(JsonObject schema, TomlValue value)
    {
        double? number = value switch { TomlInteger integer => integer.Value, TomlFloat real => real.Value, _ => null };
        return (schema["minimum"] is not { } minimum || number >= minimum.GetValue<double>())
            && (schema["maximum"] is not { } maximum || number <= maximum.GetValue<double>())
            && (schema["exclusiveMinimum"] is not { } above || number > above.GetValue<double>())
            && (schema["minItems"] is not { } items || ((TomlArray)value).Items.Count >= items.GetValue<int>());
    }

    private static bool Alternatives(JsonObject schema, TomlValue value, string path)
    {
        // Alternatives that only demand keys come from "exactly one of"; the others are shapes.
        var demanded = (schema["required"] as JsonArray)?.Select(name => name!.GetValue<string>()) ?? [];
        return demanded.All(name => value is TomlTable table && table.Find(name) is not null)
            && (schema["anyOf"] is not JsonArray any || any.Any(one => !Faults(one!.AsObject(), value, path).Any()))
            && (schema["oneOf"] is not JsonArray exactly || exactly.Count(one => !Faults(one!.AsObject(), value, path).Any()) == 1);
    }
}
