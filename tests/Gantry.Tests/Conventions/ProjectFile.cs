using System.Xml.Linq;

namespace Gantry.Tests.Conventions;

/// <summary>What a project file says about its surroundings.</summary>
internal sealed record ProjectFile(string Name, string Path, IReadOnlyList<string> References, IReadOnlyList<string> Friends, IReadOnlyList<string> PinnedHere)
{
    public static IEnumerable<ProjectFile> In(string folder) =>
        Repository.Files(folder, ".csproj").Select(Read);

    private static ProjectFile Read(RepositoryFile file)
    {
        var project = XDocument.Parse(file.Text);
        return new ProjectFile(
            System.IO.Path.GetFileNameWithoutExtension(file.Path),
            file.Path,
            [.. Includes(project, "ProjectReference").Select(path => System.IO.Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))],
            [.. Includes(project, "InternalsVisibleTo")],
            [.. project.Descendants("PackageReference").Where(package => package.Attribute("Version") is not null).Select(Include)]);
    }

    private static IEnumerable<string> Includes(XDocument project, string item) => project.Descendants(item).Select(Include);

    private static string Include(XElement item) => item.Attribute("Include")?.Value ?? "";
}
