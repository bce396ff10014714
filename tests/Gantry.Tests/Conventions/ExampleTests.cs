using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Gantry.Daemon.Workspaces;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Conventions;

/// <summary>
/// Every workspace file that is shown or shipped is read without a fault. A block that cannot be, because it is a fragment
/// or a fault on purpose, stands below the comment <c>&lt;!-- not checked: reason --&gt;</c>.
/// </summary>
public sealed partial class ExampleTests : IDisposable
{
    private const string NotChecked = "not checked:";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("g-");

    public static TheoryData<string> Examples => [.. Repository.Files("examples", "/gantry.toml").Select(file => file.Path)];

    [Fact]
    public void Every_block_of_toml_in_the_documents_is_toml() => Faults.None(
        from block in TomlBlocks()
        from error in TomlDocument.Parse(block.Text).Errors
        select $"{block}: {error.Message}");

    [Fact]
    public async Task Every_workspace_in_the_documents_is_read_without_a_fault()
    {
        foreach (var block in TomlBlocks().Where(block => Workspace().IsMatch(block.Text)))
        {
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "gantry.toml"), block.Text, TestContext.Current.CancellationToken);
            MakeFilesNamedIn(block.Text);
            Faults.None((await LoadAsync(_folder.FullName, block.Text)).Select(fault => $"{block}: {fault}"));
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Every_example_is_read_without_a_fault(string path)
    {
        var folder = Path.GetDirectoryName(Repository.Absolute(path))!;
        Faults.None((await LoadAsync(folder, Repository.Read(path).Text)).Select(fault => $"{path}: {fault}"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static IEnumerable<FencedBlock> TomlBlocks() =>
        from document in Markdown.Documents()
        from block in Markdown.Blocks(document)
        where block.Language == "toml" && block.Note?.Contains(NotChecked, StringComparison.Ordinal) != true
        select block;

    private static async Task<IEnumerable<Diagnostic>> LoadAsync(string folder, string text)
    {
        var options = new LoadOptions
        {
            HomeId = "test",
            // Whatever a text asks of its surroundings is there, and empty of meaning.
            Environment = Variables().Matches(text).Select(match => match.Groups["name"].Value).ToImmutableHashSet()
                .ToImmutableDictionary(name => name, _ => "1"),
        };
        try
        {
            var result = await WorkspaceLoader.LoadAsync(folder, options, TestContext.Current.CancellationToken);
            return result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        }
        catch (NotImplementedException)
        {
            Assert.Skip("the loader of workspaces has not been written yet");
            throw;
        }
    }

    private void MakeFilesNamedIn(string text)
    {
        foreach (Match match in Files().Matches(text))
        {
            File.WriteAllText(Path.Combine(_folder.FullName, match.Groups["name"].Value), "");
        }
    }

    [GeneratedRegex(@"^\[(workspace\]|services\.|\[proxy\.)", RegexOptions.Multiline)]
    private static partial Regex Workspace();

    [GeneratedRegex(@"(\$\{|\{\s*env\s*=\s*"")(?<name>[A-Za-z_]\w*)")]
    private static partial Regex Variables();

    [GeneratedRegex(@"\b(env_file|file)\s*=\s*\[?\s*""(?<name>[\w.-]+)""")]
    private static partial Regex Files();
}
