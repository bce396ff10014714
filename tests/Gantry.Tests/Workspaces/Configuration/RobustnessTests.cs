using FsCheck;
using FsCheck.Fluent;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Daemon.Workspaces;
using Xunit;

namespace Gantry.Tests.Workspaces.Configuration;

/// <summary>What holds for every file, however broken.</summary>
public sealed class RobustnessTests
{
    private static readonly string[] Fragments =
        ["${", "}", "$${", "[", "]]", "\"", "'", "=", "\n", ".", ",", "{", "services", "[services.x]\n", "${services.db.port}", "${X:-", "${secret.", "depends_on", "-1", "true", "\u0000", "😀", "[[proxy.routes]]\n", "1979-05-27"];

    [Fact]
    public async Task No_mutation_of_a_file_makes_the_loader_throw_and_every_diagnostic_has_a_place_in_it()
    {
        using var workspace = DesignExampleTests.Workspace();
        var faulty = 0;
        foreach (var text in Mutations(400))
        {
            workspace.Write("gantry.toml", text);
            var result = await workspace.LoadAsync();
            Assert.Equal(result.HasErrors, result.Workspace is null);
            var lines = text.Split('\n');
            Assert.All(result.Diagnostics, d => Assert.True(d.Line >= 1 && d.Line <= lines.Length && d.Column >= 1 && d.Column <= lines[d.Line - 1].Length + 1, d.ToString()));
            faulty += result.HasErrors ? 1 : 0;
        }

        Assert.InRange(faulty, 100, 399);
    }

    [Fact]
    public async Task No_truncation_of_a_file_makes_the_loader_throw()
    {
        using var workspace = DesignExampleTests.Workspace();
        for (var length = 0; length < DesignExampleTests.Text.Length; length += 7)
        {
            workspace.Write("gantry.toml", DesignExampleTests.Text[..length]);
            var result = await workspace.LoadAsync();
            Assert.Equal(result.HasErrors, result.Workspace is null);
        }
    }

    [Fact]
    public void A_text_with_its_references_escaped_is_itself() => Prop.ForAll(
        Gen.Elements(["$", "{", "}", "${", "a", "$$", ":-", "services."]).ListOf().Select(string.Concat).ToArbitrary(),
        text =>
        {
            // A dollar before the escape is the escape's own, so that texts with three in a row have no escaped form.
            if (text.Contains("$${", StringComparison.Ordinal))
            {
                return true;
            }

            var template = TemplateParser.Parse(text.Replace("${", "$${", StringComparison.Ordinal), _ => SourcePlace.Whole("x"), new DiagnosticList());
            return template!.Fill(_ => "wrong") == text;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task A_circle_is_reported_exactly_where_there_is_one()
    {
        using var workspace = new WorkspaceOnDisk("");
        var circular = 0;
        foreach (var edges in Graphs(200))
        {
            workspace.Write("gantry.toml", string.Concat(edges.Select((targets, index) => $"[services.s{index}]\ncommand = 'true'\ndepends_on = [{string.Join(", ", targets.Select(target => $"'s{target}'"))}]\n")));
            var result = await workspace.LoadAsync();
            Assert.Equal(HasCircle(edges), result.HasErrors);
            circular += result.HasErrors ? 1 : 0;
            Assert.All(result.Diagnostics, d => AssertIsCircle(d, edges));
        }

        Assert.InRange(circular, 20, 180);
    }

    private static string[] Mutations(int count)
    {
        var mutation =
            from position in Gen.Choose(0, DesignExampleTests.Text.Length - 1)
            from removed in Gen.Choose(0, 12)
            from inserted in Gen.Frequency((2, Gen.Elements(Fragments)), (1, Gen.Constant("")))
            select (position, removed, inserted);
        return mutation.NonEmptyListOf().Select(list => list.Take(3).Aggregate(DesignExampleTests.Text, (text, one) =>
        {
            var at = Math.Min(one.position, text.Length);
            return text[..at] + one.inserted + text[Math.Min(text.Length, at + one.removed)..];
        })).Select(text => string.Concat(text.EnumerateRunes())).Sample(count);
    }

    private static int[][][] Graphs(int count) =>
        Gen.Choose(1, 7).SelectMany(size => Gen.Frequency((2, Gen.Constant(0)), (2, Gen.Constant(1)), (1, Gen.Constant(2))).SelectMany(degree => Gen.Choose(0, size - 1).ArrayOf(degree)).Select(targets => targets.Distinct().ToArray()).ArrayOf(size)).Sample(count);

    /// <summary>Takes away what depends on nothing until nothing more goes: what is left is circular.</summary>
    private static bool HasCircle(int[][] edges)
    {
        var left = Enumerable.Range(0, edges.Length).ToHashSet();
        while (left.RemoveWhere(node => !edges[node].Any(left.Contains)) > 0)
        {
        }

        return left.Count > 0;
    }

    private static void AssertIsCircle(Diagnostic diagnostic, int[][] edges)
    {
        var path = diagnostic.Message[(diagnostic.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split(" -> ").Select(name => int.Parse(name[1..], null)).ToArray();
        Assert.Equal(path[0], path[^1]);
        Assert.All(path.Zip(path.Skip(1)), edge => Assert.Contains(edge.Second, edges[edge.First]));
    }
}
