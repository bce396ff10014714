using System.CommandLine.Completions;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Toml;

namespace Gantry.Cli.Completion;

/// <summary>The names of a workspace's services, from its file: they complete before anything is up.</summary>
internal static class ServiceCompletions
{
    private const int MaxFile = 1 << 20;

    public static IEnumerable<CompletionItem> Of(CompletionContext context) => NamesIn(FolderOf(context)).Select(name => new CompletionItem(name));

    /// <summary>The profiles that services of the workspace have.</summary>
    public static IEnumerable<CompletionItem> Profiles(CompletionContext context) => ServicesIn(FolderOf(context))
        .SelectMany(service => (service.Value as TomlTable)?.Entries.FirstOrDefault(entry => entry.Key == "profiles")?.Value is TomlArray profiles ? profiles.Items : [])
        .OfType<TomlString>()
        .Select(profile => profile.Value)
        .Distinct()
        .Select(profile => new CompletionItem(profile));

    /// <summary>The services that the file in a folder names; none where there is no readable file.</summary>
    internal static IReadOnlyList<string> NamesIn(string? folder) => [.. ServicesIn(folder).Select(entry => entry.Key)];

    private static List<TomlEntry> ServicesIn(string? folder)
    {
        var file = folder is null ? null : new FileInfo(Path.Combine(folder, WorkspaceFolder.FileName));
        if (file is not { Exists: true, Length: <= MaxFile })
        {
            return [];
        }

        try
        {
            var services = TomlDocument.Parse(File.ReadAllBytes(file.FullName)).Root.Entries.FirstOrDefault(entry => entry.Key == "services")?.Value as TomlTable;
            return services?.Entries.ToList() ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? FolderOf(CompletionContext context)
    {
        var from = Path.GetFullPath(context.ParseResult.GetValue(GlobalOptions.Directory) is { Length: > 0 } named ? named : ".");
        return FolderOf(from, context.ParseResult.Tokens.Select(token => token.Value));
    }

    private static string? FolderOf(string from, IEnumerable<string> words) =>
        words.Where(Target.IsFolder).Select(word => Path.GetFullPath(word, from)).FirstOrDefault(Directory.Exists) ?? WorkspaceFolder.Find(from);
}
