using System.Text.Json.Nodes;

namespace Gantry.Daemon.Configuration;

/// <summary>A string in a schema.</summary>
internal static class SchemaText
{
    /// <param name="pattern">A regular expression of ECMA-262; null for any text.</param>
    public static JsonObject Of(string? pattern)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (pattern is not null)
        {
            schema["pattern"] = pattern;
        }

        return schema;
    }

    /// <summary>The pattern of words in any case, which patterns cannot ask for otherwise.</summary>
    public static string InAnyCase(string word) => string.Concat(word.Select(c => char.IsAsciiLetter(c) ? $"[{char.ToUpperInvariant(c)}{char.ToLowerInvariant(c)}]" : $"{c}"));
}
