using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Workloads;

public sealed class DependencyGraphTests
{
    [Fact]
    public void Dependencies_come_first_and_once() =>
        Assert.Equal(["d", "b", "c", "a"], Graph(("a", "b c"), ("b", "d"), ("c", "d"), ("d", ""), ("e", "")).WithDependencies(["a"]));

    [Fact]
    public void Dependents_are_those_that_wait_directly() =>
        Assert.Equal(["a", "c"], Graph(("a", "b"), ("b", ""), ("c", "b"), ("d", "c")).DependentsOf("b"));

    private static DependencyGraph Graph(params (string Name, string DependsOn)[] nodes) =>
        DependencyGraph.Of(nodes.Select(node => (node.Name, (IEnumerable<string>)node.DependsOn.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
}
