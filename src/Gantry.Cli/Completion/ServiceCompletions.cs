using System.CommandLine.Completions;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Toml;

namespace Gantry.Cli.Completion;

/// <summary>The names of a workspace's services, from its file: they complete before anything is up.</summary>
internal static class ServiceCompletions
{
    private const int MaxFile = 1 << 20;

    public static IEnumerable<CompletionItem> Of(CompletionContext context)
    {
        var words = context.ParseResult.Tokens.Select(token => token.Value);
        return NamesIn(FolderOf(Path.GetFullPath(context.ParseResult.GetValue(GlobalOptions.Directory) ?? "."), words))
            .Select(name => new CompletionItem(name));
    }

    /// <summary>The services that the file in a folder names; none where there is no readable file.</summary>
    internal static IReadOnlyList<string> NamesIn(string? folder)
    {
        var file = folder is null ? null : new FileInfo(Path.Combine(folder, WorkspaceFolder.FileName));
        if (file is not { Exists: true, Length: <= MaxFile })
        {
            return [];
        }

        try
        {
            var services = TomlDocument.Parse(File.ReadAllBytes(file.FullName)).Root.Entries.FirstOrDefault(entry => entry.Key == "services")?.Value as TomlTable;
            return services?.Entries.Select(entry => entry.Key).ToList() ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? FolderOf(string from, IEnumerable<string> words) =>
        words.Where(Target.IsFolder).Select(word => Path.GetFullPath(word, from)).FirstOrDefault(Directory.Exists) ?? WorkspaceFolder.Find(from);
}
