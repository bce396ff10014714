using Microsoft.AspNetCore.StaticFiles;

namespace Gantry.Daemon.Edge.Sites;

/// <summary>What a file is, by its name.</summary>
internal static class ContentTypes
{
    private const string Unknown = "application/octet-stream";

    private static readonly FileExtensionContentTypeProvider Provider = new()
    {
        Mappings =
        {
            [".avif"] = "image/avif",
            [".cjs"] = "text/javascript",
            [".jsonld"] = "application/ld+json",
            [".map"] = "application/json",
            [".md"] = "text/markdown",
            [".mjs"] = "text/javascript",
            [".mts"] = "text/plain",
            [".toml"] = "application/toml",
            [".ts"] = "text/plain",
            [".tsx"] = "text/plain",
            [".wasm"] = "application/wasm",
            [".webmanifest"] = "application/manifest+json",
            [".yaml"] = "application/yaml",
            [".yml"] = "application/yaml",
        },
    };

    /// <summary>The media type; text is said to be UTF-8, which is what text is.</summary>
    public static string Of(string path)
    {
        var type = Provider.TryGetContentType(path, out var known) ? known : Unknown;
        return type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type;
    }
}
