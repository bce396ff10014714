namespace Gantry.Tests.Conventions;

/// <summary>A text file of the repository.</summary>
/// <param name="Path">Relative to the root, with forward slashes.</param>
internal sealed record RepositoryFile(string Path, string Text)
{
    public int LineOf(int offset) => Text.AsSpan(0, offset).Count('\n') + 1;

    public override string ToString() => Path;
}

/// <summary>The working copy that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>What is built, fetched or kept by tools; none of it belongs to the repository.</summary>
    private static readonly string[] NotOurs = ["artifacts", ".git", ".gantry", "node_modules", "TestResults", ".vs", ".idea", "dist"];

    private const long LargestText = 1024 * 1024;

    public static string Root { get; } = FindRoot();

    public static string Absolute(string path) => Path.Combine(Root, path);

    public static bool Has(string path) => File.Exists(Absolute(path)) || Directory.Exists(Absolute(path));

    public static RepositoryFile Read(string path) => new(path, File.ReadAllText(Absolute(path)));

    /// <summary>The files below a folder whose names end so, in the order of their paths.</summary>
    public static IEnumerable<RepositoryFile> Files(string folder, string ending) =>
        Has(folder) ? Paths(Absolute(folder)).Where(path => path.EndsWith(ending, StringComparison.Ordinal)).Select(Read) : [];

    /// <summary>Every file that holds text: no zero byte in its beginning, and no more than a person would read.</summary>
    public static IEnumerable<RepositoryFile> TextFiles() =>
        Paths(Root).Where(path => IsText(Absolute(path))).Select(Read);

    private static IEnumerable<string> Paths(string folder)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            if (NotOurs.Contains(Path.GetFileName(entry)))
            {
                continue;
            }

            if (!Directory.Exists(entry))
            {
                yield return Path.GetRelativePath(Root, entry).Replace('\\', '/');
            }
            else if (new DirectoryInfo(entry).LinkTarget is null)
            {
                foreach (var path in Paths(entry))
                {
                    yield return path;
                }
            }
        }
    }

    private static bool IsText(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > LargestText)
        {
            return false;
        }

        Span<byte> beginning = stackalloc byte[4096];
        using var stream = file.OpenRead();
        return !beginning[..stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)].Contains((byte)0);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gantry.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no Gantry.slnx above {AppContext.BaseDirectory}: run the tests from a working copy");
    }
}
