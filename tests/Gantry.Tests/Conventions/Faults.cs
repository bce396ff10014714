using Xunit;

namespace Gantry.Tests.Conventions;

/// <summary>Fails with every fault, one to a line, where xUnit's own message would cut the list short.</summary>
internal static class Faults
{
    public static void None(IEnumerable<string> faults)
    {
        var all = string.Join('\n', faults);
        Assert.True(all.Length == 0, all);
    }
}
