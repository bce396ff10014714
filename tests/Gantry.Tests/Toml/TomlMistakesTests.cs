using System.Runtime.CompilerServices;
using System.Text;
using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Toml;

/// <summary>
/// What people get to read for the mistakes that they are most likely to make. <c>approved/mistakes.txt</c> holds each
/// text between its title and a line of dashes, and then, as approved, each error with the place it points at. To add a
/// mistake, write its title, text and dashes there and run the test with <c>GANTRY_APPROVE=1</c>.
/// </summary>
public sealed class TomlMistakesTests
{
    private const string TitleMark = "=== ";
    private const string Dashes = "---\n";

    [Fact]
    public void Likely_mistakes_are_explained_at_their_places()
    {
        var cases = ReadCases();
        Assert.True(cases.Count >= 25, $"only {cases.Count} mistakes");
        Approved.Verify("mistakes", string.Join('\n', cases.Select(mistake =>
            $"{TitleMark}{mistake.Title}\n{mistake.Text}{Dashes}{Explained(mistake.Title, mistake.Text)}")));
    }

    private static string Explained(string title, string text)
    {
        var document = TomlDocument.Parse(text, title.EndsWith("(TOML 1.0)", StringComparison.Ordinal) ? TomlVersion.Toml10 : TomlVersion.Toml11);
        Assert.NotEmpty(document.Errors);
        var explained = new StringBuilder();
        var lines = text.Split('\n');
        foreach (var error in document.Errors)
        {
            var (line, column) = document.PositionOf(error.Span.Start);
            var source = lines[line - 1];
            var width = Math.Clamp(error.Span.Length, 1, Math.Max(source.Length - column + 1, 1));
            explained.Append(null, $"{line}:{column}: {error.Message}\n    {source}\n    {new string(' ', column - 1)}{new string('^', width)}\n");
        }

        return explained.ToString();
    }

    private static List<(string Title, string Text)> ReadCases([CallerFilePath] string testFile = "")
    {
        var approved = File.ReadAllText(Path.Combine(Path.GetDirectoryName(testFile)!, "approved", "mistakes.txt"));
        return
        [
            .. approved.Split(TitleMark, StringSplitOptions.RemoveEmptyEntries).Select(part =>
            {
                var title = part.IndexOf('\n', StringComparison.Ordinal);
                var dashes = part.IndexOf($"\n{Dashes}", StringComparison.Ordinal);
                return (part[..title], part[(title + 1)..(dashes + 1)]);
            }),
        ];
    }
}
