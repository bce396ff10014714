using System.Text.Json.Nodes;

namespace Gantry.Daemon.Configuration;

/// <summary>JSON Schemas for editors. Draft-07 is what the TOML editors read.</summary>
internal static class SchemaDocument
{
    public static string Of<T>(TableType<T> file, string title, string description)
        where T : Section
    {
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = title,
            ["description"] = description,
        };
        foreach (var (name, value) in file.Schema().ToArray())
        {
            schema[name] = value?.DeepClone();
        }

        return IndentedJson.Print(schema);
    }
}
