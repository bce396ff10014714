namespace Gantry.Tests.Toml;

/// <summary>
/// The public conformance corpus (toml-lang/toml-test). It is kept beside the repository, in <c>../shared</c> seen from
/// the repository's root; the environment variable <c>GANTRY_SHARED</c> names another folder in its place. Where it is
/// absent its tests are skipped, saying so.
/// </summary>
internal static class TomlCorpus
{
    public static readonly string? Folder = Find();

    public static string Absent => "the TOML corpus is not here: expected ../shared/corpora/toml-test beside the repository, or in $GANTRY_SHARED";

    /// <summary>The documents that a version's list names, as paths within the corpus; nothing where the corpus is absent.</summary>
    /// <param name="version">As in the list's file name: <c>1.0.0</c> or <c>1.1.0</c>.</param>
    /// <param name="kind"><c>valid</c> or <c>invalid</c>.</param>
    public static IReadOnlyList<string> Documents(string version, string kind) => Folder is null
        ? []
        : [.. File.ReadLines(Path.Combine(Folder, $"files-toml-{version}"))
            .Where(line => line.StartsWith(kind + "/", StringComparison.Ordinal) && line.EndsWith(".toml", StringComparison.Ordinal))];

    public static byte[] Read(string document) => File.ReadAllBytes(Path.Combine(Folder!, document));

    /// <summary>Every document of the corpus, of all versions.</summary>
    public static IReadOnlyList<byte[]> All() => Folder is null
        ? []
        : [.. Directory.EnumerateFiles(Folder, "*.toml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static string? Find()
    {
        var shared = Environment.GetEnvironmentVariable("GANTRY_SHARED");
        if (string.IsNullOrEmpty(shared))
        {
            shared = RepositoryRoot() is { } root ? Path.Combine(root, "..", "shared") : "";
        }

        var folder = Path.GetFullPath(Path.Combine(shared, "corpora", "toml-test"));
        return Directory.Exists(folder) ? folder : null;
    }

    /// <summary>The folder above the test's own that holds the solution.</summary>
    private static string? RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Gantry.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
