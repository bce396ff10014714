using Gantry.Daemon.Configuration;
using Gantry.Daemon.Workspaces;
using Xunit;

namespace Gantry.Tests.Configuration;

public sealed class DiagnosticListTests
{
    [Fact]
    public void A_hundred_faults_are_listed_one_by_one()
    {
        var list = Errors(100);
        list.Warning(new SourcePlace("gantry.toml", 7, 2), "doubtful");
        Assert.Equal(101, list.InOrder().Length);
        Assert.DoesNotContain(list.InOrder(), found => found.Message.Contains("more", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_more_than_a_hundred_faults_the_first_are_listed_and_the_others_counted()
    {
        var list = Errors(110_000);
        list.Warning(new SourcePlace("gantry.toml", 200_000, 1), "doubtful");

        var shown = list.InOrder();

        Assert.Equal(Enumerable.Range(1, 101), shown.Take(101).Select(found => found.Line));
        Assert.Equal("gantry.toml:101:1: error: 109900 more errors from here on (mend those above first)", shown[100].ToString());
        Assert.Equal("doubtful", Assert.Single(shown.Skip(101)).Message);
        Assert.Equal(DiagnosticSeverity.Warning, shown[^1].Severity);
    }

    /// <summary>One on each line, the last one found first.</summary>
    private static DiagnosticList Errors(int count)
    {
        var list = new DiagnosticList();
        for (var line = count; line > 0; line--)
        {
            list.Error(new SourcePlace("gantry.toml", line, 1), $"fault {line}");
        }

        return list;
    }
}
