using System.Text;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

/// <summary>
/// What people get to read for the mistakes that they are most likely to make. <c>approved/mistakes.txt</c> holds each
/// file between its title and a line of dashes, and then, as approved, every diagnostic.
/// </summary>
public sealed class MistakesTests
{
    private const string File = "mistakes.txt";
    private const string TitleMark = "=== ";
    private const string Dashes = "---\n";

    public static TheoryData<string> Titles => [.. Cases().Select(found => found.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task A_likely_mistake_is_explained_at_its_place(string title)
    {
        var (_, text, approved) = Cases().Single(found => found.Title == title);
        Assert.SkipWhen(Approved.Rewrites, "the approved text is being written anew");
        Assert.Equal(approved, await FaultsAsync(text));
    }

    [Fact]
    public async Task At_least_80_mistakes_are_approved()
    {
        var cases = Cases();
        Assert.True(cases.Count >= 80, $"{cases.Count} cases");
        if (Approved.Rewrites)
        {
            var rewritten = new StringBuilder();
            foreach (var (title, text, _) in cases)
            {
                rewritten.Append(TitleMark).Append(title).Append('\n').Append(text).Append(Dashes).Append(await FaultsAsync(text)).Append('\n');
            }

            System.IO.File.WriteAllText(Approved.PathOf(File), rewritten.ToString());
        }
    }

    private static async Task<string> FaultsAsync(string text)
    {
        using var workspace = new WorkspaceOnDisk(text);
        return await workspace.FaultsAsync();
    }

    private static List<(string Title, string Text, string Approved)> Cases()
    {
        var cases = new List<(string, string, string)>();
        foreach (var part in System.IO.File.ReadAllText(Approved.PathOf(File)).Split(TitleMark, StringSplitOptions.RemoveEmptyEntries))
        {
            var title = part.IndexOf('\n', StringComparison.Ordinal);
            var dashes = part.IndexOf($"\n{Dashes}", StringComparison.Ordinal);
            cases.Add((part[..title], part[(title + 1)..(dashes + 1)], part[(dashes + 1 + Dashes.Length)..].TrimEnd('\n') + "\n"));
        }

        return cases;
    }
}
