using System.Text.RegularExpressions;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Daemon.Workspaces.Configuration.Keys;
using Gantry.Tests.Conventions;
using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

/// <summary>
/// <c>docs/configuration.md</c> says what the code does. With <c>GANTRY_APPROVE=1</c> its tables are written anew.
/// </summary>
public sealed partial class DocumentationTests
{
    private static readonly string File = Repository.Absolute("docs/configuration.md");

    private static readonly Dictionary<string, string> Tables = new()
    {
        ["file"] = KeyTable.Markdown(WorkspaceKeys.File),
        ["workspace"] = KeyTable.Markdown(WorkspaceKeys.Workspace),
        ["service"] = KeyTable.Markdown(ServiceKeys.Service),
        ["health"] = KeyTable.Markdown(PolicyKeys.Health),
        ["restart"] = KeyTable.Markdown(PolicyKeys.RestartTable),
        ["stop"] = KeyTable.Markdown(PolicyKeys.Stop),
        ["limits"] = KeyTable.Markdown(PolicyKeys.Limits),
        ["secret"] = KeyTable.Markdown(WorkspaceKeys.Secret),
        ["proxy"] = KeyTable.Markdown(WorkspaceKeys.Proxy),
        ["route"] = KeyTable.Markdown(WorkspaceKeys.Route),
        ["gantryd"] = KeyTable.Markdown(DaemonKeys.File),
        ["server"] = KeyTable.Markdown(DaemonKeys.Server),
        ["tls"] = KeyTable.Markdown(DaemonKeys.Tls),
        ["docker"] = KeyTable.Markdown(DaemonKeys.Docker),
        ["logs"] = KeyTable.Markdown(DaemonKeys.Logs),
        ["processes"] = KeyTable.Markdown(DaemonKeys.Processes),
        ["ports"] = KeyTable.Markdown(DaemonKeys.Ports),
        ["daemon"] = KeyTable.Markdown(DaemonKeys.Daemon),
    };

    [Fact]
    public void Every_table_of_keys_is_the_codes()
    {
        if (Environment.GetEnvironmentVariable("GANTRY_APPROVE") == "1")
        {
            System.IO.File.WriteAllText(File, Section().Replace(System.IO.File.ReadAllText(File), section => $"<!-- keys: {section.Groups["name"].Value} -->\n{Tables[section.Groups["name"].Value]}<!-- end -->"));
        }

        var documented = Section().Matches(System.IO.File.ReadAllText(File)).ToDictionary(section => section.Groups["name"].Value, section => section.Groups["table"].Value);
        Assert.Equal(Tables.Keys.Order(), documented.Keys.Order());
        Assert.All(Tables, table => Assert.Equal(table.Value, documented[table.Key]));
    }

    [Fact]
    public async Task Every_example_of_a_workspace_is_one()
    {
        var examples = Examples("gantry.toml");
        Assert.True(examples.Count >= 2);
        foreach (var example in examples)
        {
            using var workspace = new WorkspaceOnDisk(example);
            workspace.Environment["DB_PASSWORD"] = "x";
            Assert.Equal("", await workspace.FaultsAsync());
        }
    }

    [Fact]
    public void Every_example_of_a_daemon_is_one()
    {
        var example = Assert.Single(Examples("gantryd.toml"));
        var diagnostics = new DiagnosticList();
        DaemonKeys.File.TryRead(TomlDocument.Parse(example).Root, "", new Binding(TomlDocument.Parse(example), "gantryd.toml", diagnostics), out _);
        Assert.Empty(diagnostics.InOrder());
    }

    [Fact]
    public void Every_key_has_a_meaning_in_one_sentence_or_more()
    {
        var cells = Tables.Values.SelectMany(table => table.Split('\n')).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split(" | ")[^1].TrimEnd(' ', '|'));
        Assert.All(cells, meaning => Assert.EndsWith(".", meaning, StringComparison.Ordinal));
    }

    /// <summary>The blocks of TOML that begin with the file's name as a comment.</summary>
    internal static IReadOnlyList<string> Examples(string file) =>
        [.. Block().Matches(System.IO.File.ReadAllText(File)).Select(block => block.Groups["text"].Value).Where(text => text.StartsWith($"# {file}\n", StringComparison.Ordinal))];

    [GeneratedRegex("<!-- keys: (?<name>\\w+) -->\n(?<table>.*?)<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex("```toml\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
