using System.Text;
using System.Text.Json.Nodes;

namespace Gantry.Daemon.Configuration;

/// <summary>The documentation's table of a configuration table's keys.</summary>
internal static class KeyTable
{
    public static string Markdown<T>(TableType<T> table)
        where T : Section
    {
        var withVariables = table.Keys.Any(key => key.Facets.Variable is not null);
        var text = new StringBuilder();
        text.Append(withVariables ? "| key | value | default | variable | meaning |\n|---|---|---|---|---|\n" : "| key | value | default | meaning |\n|---|---|---|---|\n");
        foreach (var key in table.Keys.Where(key => !key.IsLater))
        {
            var names = string.Join(", ", key.Facets.Aliases.Prepend(key.Name).Select(name => $"`{name}`"));
            text.Append(withVariables
                ? $"| {names} | {key.Label} | {Default(key)} | {(key.Facets.Variable is { } variable ? $"`{variable}`" : "")} | {key.Description} |\n"
                : $"| {names} | {key.Label} | {Default(key)} | {key.Description} |\n");
        }

        var later = table.Keys.Where(key => key.IsLater).Select(key => $"`{key.Name}`").ToArray();
        if (later.Length > 0)
        {
            text.Append($"\nKnown, and not available in this version: {string.Join(", ", later)}.\n");
        }

        return text.ToString();
    }

    private static string Default<T>(Key<T> key) => key.Facets.DefaultText ?? key.Default switch
    {
        null or JsonArray { Count: 0 } or JsonObject { Count: 0 } => "",
        { } node => $"`{node.ToJsonString()}`",
    };
}
