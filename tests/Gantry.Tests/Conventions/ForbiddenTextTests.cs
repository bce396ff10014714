using System.Text.RegularExpressions;
using Xunit;

namespace Gantry.Tests.Conventions;

/// <summary>
/// Text that ties the repository to one machine or to one supplier. The patterns are put together from pieces, so that
/// this file does not hold what it looks for.
/// </summary>
public sealed class ForbiddenTextTests
{
    /// <summary>Places that may, each with its reason.</summary>
    private static readonly (string Path, string Reason)[] Exceptions = [];

    private static readonly (string What, Regex Pattern)[] Forbidden =
    [
        ("a folder of somebody's machine", Folder("work")),
        ("root's home folder", Folder("root")),
        ("a user's home folder", new Regex(@"(?<![\w.~$}-])/(" + "home" + "|" + "Users" + @")/(?!me\b|you\b|user\b|somebody\b|<)[a-z]\w*/")),
        ("this working copy's own folder", new Regex(@"(?<![\w.~$}-])" + Regex.Escape(Repository.Root) + "/")),
        ("the host name of a package registry", new Regex(string.Join('|', Registries().Select(Regex.Escape)))),
    ];

    [Fact]
    public void Nothing_names_a_machine_or_a_package_registry()
    {
        var faults =
            from file in Repository.TextFiles()
            where !Exceptions.Any(exception => exception.Path == file.Path)
            from forbidden in Forbidden
            from Match match in forbidden.Pattern.Matches(file.Text)
            select $"{file}:{file.LineOf(match.Index)}: {forbidden.What}";
        Faults.None(faults);
    }

    [Theory]
    [InlineData("cd /", "work", "/main")]
    [InlineData("\"/", "root", "/.cache\"")]
    [InlineData("see https://api.", "nuget", ".org/v3")]
    [InlineData("registry=https://registry.", "npmjs", ".org/")]
    [InlineData("/", "home", "/jsmith/src")]
    public void Forbidden_text_is_seen(params string[] pieces) =>
        Assert.Contains(Forbidden, forbidden => forbidden.Pattern.IsMatch(string.Concat(pieces)));

    [Theory]
    [InlineData("a frame/work/load")]
    [InlineData("http://host/work/1")]
    [InlineData("node_modules/.root/x")]
    [InlineData("${HOME}/work/x")]
    [InlineData("/home/somebody/shop")]
    public void What_only_looks_alike_is_not(string text) =>
        Assert.DoesNotContain(Forbidden, forbidden => forbidden.Pattern.IsMatch(text));

    private static Regex Folder(string name) => new(@"(?<![\w.~$}-])/" + name + "/");

    private static IEnumerable<string> Registries() =>
    [
        "registry.npmjs" + ".org", "registry.yarnpkg" + ".com", "api.nuget" + ".org", "pypi" + ".org", "files.pythonhosted" + ".org",
        "index.crates" + ".io", "static.crates" + ".io", "proxy.golang" + ".org", "repo1.maven" + ".org", "rubygems" + ".org",
        "deb.debian" + ".org", "packages.microsoft" + ".com",
    ];
}
