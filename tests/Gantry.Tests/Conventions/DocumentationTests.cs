using System.Text.RegularExpressions;
using Xunit;

namespace Gantry.Tests.Conventions;

/// <summary>What the documents say of the code and of each other is still so.</summary>
public sealed partial class DocumentationTests
{
    /// <summary>Words set as code that look like types of the code's and are none.</summary>
    private static readonly string[] NoTypes = ["Core", "Common", "Utils", "Helpers", "Config", "Spec", "Instance", "Snapshot"];

    [Theory]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Every_type_that_a_document_for_contributors_names_exists(string document)
    {
        var code = Repository.Files("src", ".cs").Concat(Repository.Files("tests", ".cs")).Select(file => CodeText.Of(file.Text)).ToList();
        Faults.None(
            from mention in Markdown.InlineCode(Repository.Read(document))
            where TypeName().IsMatch(mention.Word) && !NoTypes.Contains(mention.Word) && !Exists(mention.Word, code)
            select $"{document}:{mention.Line}: there is no {mention.Word}");
    }

    [Theory]
    [InlineData("RouteTable", true)]
    [InlineData("RouteTable.Match", true)]
    [InlineData("Edge.RouteTable", true)]
    [InlineData("TimeProvider", true)]
    [InlineData("RouteTabel", false)]
    [InlineData("RouteTable.Mtach", false)]
    [InlineData("Frobnicate", false)]
    public void A_type_is_told_from_a_word(string word, bool exists) =>
        Assert.Equal(exists, Exists(word, ["namespace Gantry.Daemon.Edge;\npublic sealed class RouteTable { Route Match(string path) => null; }"]));

    [Fact]
    public void Every_relative_link_leads_somewhere() => Faults.None(Markdown.Documents().SelectMany(BrokenLinks));

    [Theory]
    [InlineData("see [it](README.md)", 0)]
    [InlineData("see [it](README.md#no-such-heading)", 1)]
    [InlineData("see [it](NOTHING.md)", 1)]
    [InlineData("see [it](#here)\n\n## Here", 0)]
    [InlineData("see [it](#there)\n\n## Here", 1)]
    [InlineData("see [it](https://example.com/x)", 0)]
    [InlineData("`[it](NOTHING.md)`\n\n```\n[it](NOTHING.md)\n```", 0)]
    [InlineData("see [it]\n\n[it]: NOTHING.md", 1)]
    public void A_broken_link_is_seen(string text, int broken) =>
        Assert.Equal(broken, BrokenLinks(new RepositoryFile("TEST.md", text)).Count());

    private static IEnumerable<string> BrokenLinks(RepositoryFile document)
    {
        foreach (var (target, line) in Markdown.Links(document).Where(link => !Scheme().IsMatch(link.Target)))
        {
            var parts = target.Split('#', 2);
            var path = parts[0].Length == 0 ? document.Path : Path.Combine(Path.GetDirectoryName(document.Path) ?? "", parts[0]);
            if (parts[0].Length > 0 && !Repository.Has(path))
            {
                yield return $"{document}:{line}: {target} does not exist";
            }
            else if (parts.Length == 2 && path.EndsWith(".md", StringComparison.Ordinal))
            {
                var anchors = Markdown.Anchors(parts[0].Length == 0 ? document : Repository.Read(path));
                if (!anchors.Contains(parts[1]))
                {
                    yield return $"{document}:{line}: {path} has no heading #{parts[1]}";
                }
            }
        }
    }

    /// <summary>Whether a word names a project, a slice, or a type that is declared in the code and has the member that may follow.</summary>
    private static bool Exists(string word, IReadOnlyCollection<string> code)
    {
        var names = word.Split('.');
        if (names[0] == "Gantry")
        {
            return Repository.Has("src/" + word) || Repository.Has("tests/" + word) || code.Any(text => text.Contains($"namespace {word}", StringComparison.Ordinal));
        }

        if (names.Length == 1 && Repository.Has("src/Gantry.Daemon/" + word))
        {
            return true;
        }

        var type = Declarations(names[^1], code).Count > 0 ? names[^1] : names.Length > 1 ? names[^2] : names[0];
        var declarations = Declarations(type, code);
        var member = type == names[^1] ? null : names[^1];
        return declarations.Any(text => member is null || Regex.IsMatch(text, $@"\b{member}\b")) || IsOfTheFramework(names[0]);
    }

    private static List<string> Declarations(string type, IReadOnlyCollection<string> code) =>
        [.. code.Where(text => Regex.IsMatch(text, $@"\b(class|struct|interface|enum|record)\s+{type}\b"))];

    private static bool IsOfTheFramework(string name) =>
        AppDomain.CurrentDomain.GetAssemblies().Append(typeof(System.Threading.Channels.Channel).Assembly)
            .Where(assembly => !assembly.IsDynamic && assembly.GetName().Name!.StartsWith("System", StringComparison.Ordinal))
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Any(type => type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true && type.Name.Split('`')[0] == name);

    /// <summary>Pascal case: not a constant, a file, a command, or a folder.</summary>
    [GeneratedRegex(@"^[A-Z][a-z]\w*(\.[A-Z]\w*)*$|^I[A-Z][a-z]\w*$")]
    private static partial Regex TypeName();

    [GeneratedRegex("^[a-z]+:")]
    private static partial Regex Scheme();
}
