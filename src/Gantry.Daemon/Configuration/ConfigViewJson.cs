using System.Text.Json.Nodes;

namespace Gantry.Daemon.Configuration;

/// <summary>Writes a view as JSON.</summary>
internal static class ConfigViewJson
{
    public static string Write(ConfigView view, bool provenance)
    {
        var root = new JsonObject();
        foreach (var section in view.Sections)
        {
            var table = section.InList ? Append(root, section.Path) : Descend(root, section.Path);
            foreach (var setting in section.Settings)
            {
                var parent = Descend(table, setting.Path[..^1]);
                var value = setting.Value.DeepClone();
                parent[setting.Path[^1]] = provenance ? new JsonObject { ["value"] = value, ["from"] = setting.Origin.ToString() } : value;
            }
        }

        return IndentedJson.Print(root);
    }

    private static JsonObject Descend(JsonObject table, IEnumerable<string> path)
    {
        foreach (var key in path)
        {
            if (table[key] is not JsonObject next)
            {
                table[key] = next = [];
            }

            table = next;
        }

        return table;
    }

    private static JsonObject Append(JsonObject root, IReadOnlyList<string> path)
    {
        var parent = Descend(root, path.SkipLast(1));
        if (parent[path[^1]] is not JsonArray list)
        {
            parent[path[^1]] = list = [];
        }

        var item = new JsonObject();
        list.Add((JsonNode)item);
        return item;
    }
}
