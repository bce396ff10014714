using System.Text;
using Gantry.Toml;
using Xunit;

namespace Gantry.Tests.Toml;

/// <summary>
/// What people get to read for the mistakes that they are most likely to make. <c>approved/mistakes.txt</c> holds each
/// text between its title and a line of dashes, and then, as approved, each error with the place it points at.
/// </summary>
public sealed class TomlMistakesTests
{
    private const string TitleMark = "=== ";
    private const string Dashes = "---";

    private static readonly IReadOnlyDictionary<string, (string Text, string Approved)> Cases = ReadCases();

    public static TheoryData<string> Titles => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Titles))]
    public void A_likely_mistake_is_explained_at_its_place(string title)
    {
        var (text, approved) = Cases[title];
        var version = title.EndsWith("(TOML 1.0)", StringComparison.Ordinal) ? TomlVersion.Toml10 : TomlVersion.Toml11;
        Assert.Equal(approved, Rendered(TomlDocument.Parse(text, version)));
    }

    [Fact]
    public void At_least_25_mistakes_are_approved() => Assert.True(Cases.Count >= 25);

    /// <summary>Each error with its line of the source and its span marked.</summary>
    private static string Rendered(TomlDocument document)
    {
        var rendered = new StringBuilder();
        var lines = document.Text.Split('\n');
        foreach (var error in document.Errors)
        {
            var (line, column) = document.PositionOf(error.Span.Start);
            var source = lines[line - 1].Replace('\t', ' ');
            var width = Math.Clamp(error.Span.Length, 1, Math.Max(source.Length - column + 1, 1));
            rendered.Append(null, $"{line}:{column}: {error.Message}\n    {source}\n    {new string(' ', column - 1)}{new string('^', width)}\n");
        }

        return rendered.ToString();
    }

    private static Dictionary<string, (string Text, string Approved)> ReadCases()
    {
        var cases = new Dictionary<string, (string, string)>();
        var file = Path.Combine(TomlCorpus.RepositoryRoot()!, "tests", "Gantry.Tests", "Toml", "approved", "mistakes.txt");
        foreach (var part in File.ReadAllText(file).Split(TitleMark, StringSplitOptions.RemoveEmptyEntries))
        {
            var title = part.IndexOf('\n', StringComparison.Ordinal);
            var dashes = part.IndexOf($"\n{Dashes}\n", StringComparison.Ordinal);
            cases.Add(part[..title], (part[(title + 1)..(dashes + 1)], part[(dashes + Dashes.Length + 2)..].TrimEnd('\n') + "\n"));
        }

        return cases;
    }
}
