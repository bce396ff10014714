using System.Xml.Linq;
using Xunit;

namespace Gantry.Tests.Conventions;

/// <summary>The arrows between the projects, as the layout has them.</summary>
public sealed class ProjectArrowTests
{
    /// <summary>What each project may reference, at most. The leaves know nothing of each other or of Gantry.</summary>
    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Gantry.Toml"] = [],
        ["Gantry.Docker"] = [],
        ["Gantry.Proxy"] = [],
        ["Gantry.Lsp"] = [],
        ["Gantry.Workloads"] = ["Gantry.Docker"],
        ["Gantry.Daemon"] = ["Gantry.Toml", "Gantry.Docker", "Gantry.Proxy", "Gantry.Lsp", "Gantry.Workloads"],
        ["Gantry.Cli"] = ["Gantry.Daemon"],
        ["Gantry.Bridge"] = ["Gantry.Lsp"],
    };

    [Fact]
    public void A_project_references_only_what_the_layout_allows()
    {
        foreach (var project in ProjectFile.In("src"))
        {
            Assert.True(MayReference.TryGetValue(project.Name, out var allowed), $"{project.Path} is new: say here what it may reference");
            Faults.None(project.References.Except(allowed!).Select(name => $"{project.Name} -> {name}"));
        }
    }

    [Fact]
    public void No_leaf_opens_its_internals_to_another_project_of_the_product()
    {
        var leaves = MayReference.Where(entry => entry.Value.Length == 0).Select(entry => entry.Key);
        foreach (var project in ProjectFile.In("src").Where(project => leaves.Contains(project.Name)))
        {
            Assert.All(project.Friends, friend => Assert.EndsWith("Tests", friend, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Versions_of_packages_stand_in_one_place()
    {
        var pinned = ProjectFile.In("src").Concat(ProjectFile.In("tests")).Concat(ProjectFile.In("bench"))
            .SelectMany(project => project.PinnedHere.Select(package => $"{project.Path}: {package}"));
        Faults.None(pinned);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = XDocument.Parse(Repository.Read("Gantry.slnx").Text)
            .Descendants("Project").Select(project => project.Attribute("Path")!.Value).ToHashSet();
        var missing = ProjectFile.In("src").Concat(ProjectFile.In("tests")).Select(project => project.Path).Except(solution);
        Faults.None(missing);
    }
}
