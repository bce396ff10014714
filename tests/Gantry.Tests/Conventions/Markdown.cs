using System.Text.RegularExpressions;

namespace Gantry.Tests.Conventions;

/// <summary>A fenced block of a document.</summary>
/// <param name="Language">What the fence says: <c>toml</c>, <c>console</c>, …</param>
/// <param name="Note">The comment right above it, where there is one: <c>&lt;!-- not checked: reason --&gt;</c>.</param>
internal sealed record FencedBlock(string Path, int Line, string Language, string Text, string? Note)
{
    public override string ToString() => $"{Path}:{Line}";
}

/// <summary>What the tests want to know of a document.</summary>
internal static partial class Markdown
{
    /// <summary>Every document of the repository.</summary>
    public static IEnumerable<RepositoryFile> Documents() =>
        Repository.TextFiles().Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal));

    public static IEnumerable<FencedBlock> Blocks(RepositoryFile document) =>
        from Match match in Fence().Matches(document.Text)
        let note = match.Groups["note"]
        select new FencedBlock(
            document.Path,
            document.LineOf(match.Groups["text"].Index),
            match.Groups["language"].Value,
            match.Groups["text"].Value,
            note.Success ? note.Value : null);

    /// <summary>The targets of its links, as they are written, each with its place.</summary>
    public static IEnumerable<(string Target, int Line)> Links(RepositoryFile document) =>
        from Match match in Link().Matches(WithoutCode(document.Text))
        select (match.Groups["target"].Value, document.LineOf(match.Index));

    /// <summary>Words set as code outside of fenced blocks, each with its place.</summary>
    public static IEnumerable<(string Word, int Line)> InlineCode(RepositoryFile document) =>
        from Match match in Inline().Matches(Fence().Replace(document.Text, Blank))
        select (match.Groups["word"].Value, document.LineOf(match.Index));

    /// <summary>The anchors of its headings as GitHub makes them: lower case, blanks to hyphens, nothing but letters, digits, hyphens and underscores.</summary>
    public static IReadOnlySet<string> Anchors(RepositoryFile document) =>
        Heading().Matches(Fence().Replace(document.Text, Blank))
            .Select(match => NotInAnchors().Replace(match.Groups["title"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))
            .ToHashSet();

    private static string WithoutCode(string text) => Inline().Replace(Fence().Replace(text, Blank), Blank);

    private static string Blank(Match match) => NotLineEnds().Replace(match.Value, " ");

    [GeneratedRegex(@"(?:^<!--(?<note>[^\n]*?)-->\n)?^(?<fence>```+)(?<language>\w*)[^\n]*\n(?<text>.*?)^\k<fence>\s*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?<!`)`(?<word>[^`\n]+)`(?!`)")]
    private static partial Regex Inline();

    [GeneratedRegex(@"\]\((?<target>[^()\s]+)(?:\s+""[^""]*"")?\)|^\[[^\]]+\]:\s*(?<target>\S+)", RegexOptions.Multiline)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6}\s+(?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"[^\n]")]
    private static partial Regex NotLineEnds();
}
