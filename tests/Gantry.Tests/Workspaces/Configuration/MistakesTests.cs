using System.Text;
using Gantry.Tests.Conventions;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

/// <summary>
/// What people get to read for the mistakes that they are most likely to make. <c>approved/mistakes.txt</c> holds each
/// file between its title and a line of dashes, and then, as approved, every diagnostic. With <c>GANTRY_APPROVE=1</c> the
/// diagnostics are written anew, to be read before they are committed.
/// </summary>
public sealed class MistakesTests
{
    private static readonly string File = Repository.Absolute("tests/Gantry.Tests/Workspaces/Configuration/approved/mistakes.txt");

    private static readonly bool Rewrites = Environment.GetEnvironmentVariable("GANTRY_APPROVE") == "1";
    private const string TitleMark = "=== ";
    private const string Dashes = "---\n";

    public static TheoryData<string> Titles => [.. Cases().Select(found => found.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task A_likely_mistake_is_explained_at_its_place(string title)
    {
        var (_, text, approved) = Cases().Single(found => found.Title == title);
        Assert.SkipWhen(Rewrites, "the approved text is being written anew");
        Assert.Equal(approved, await FaultsAsync(text));
    }

    [Fact]
    public async Task At_least_80_mistakes_are_approved()
    {
        var cases = Cases();
        Assert.True(cases.Count >= 80, $"{cases.Count} cases");
        if (Rewrites)
        {
            var rewritten = new StringBuilder();
            foreach (var (title, text, _) in cases)
            {
                rewritten.Append(TitleMark).Append(title).Append('\n').Append(text).Append(Dashes).Append(await FaultsAsync(text)).Append('\n');
            }

            System.IO.File.WriteAllText(File, rewritten.ToString());
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
        foreach (var part in System.IO.File.ReadAllText(File).Split(TitleMark, StringSplitOptions.RemoveEmptyEntries))
        {
            var title = part.IndexOf('\n', StringComparison.Ordinal);
            var dashes = part.IndexOf($"\n{Dashes}", StringComparison.Ordinal);
            cases.Add((part[..title], part[(title + 1)..(dashes + 1)], part[(dashes + 1 + Dashes.Length)..].TrimEnd('\n') + "\n"));
        }

        return cases;
    }
}
