using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Chaos;

/// <summary>A service whose environment is longer than anything that can be started.</summary>
[Collection(Timed.Name)]
public sealed class LongOrderTests : GantryTest
{
    private const int Variables = 90;

    [Fact]
    public async Task It_is_refused_at_once_with_its_size_and_the_neighbour_runs_on()
    {
        var neighbour = await Home.LiveAsync("[services.one]\ntype = \"worker\"\ncommand = [\"sleep\", \"3600\"]\n", Ct, "a/shop");
        await neighbour.UpAsync(Ct);
        var before = await neighbour.ServiceAsync("one", Ct);
        var guardian = await Home.Processes.GuardianAsync(Ct);

        Home.Environment["BIG"] = new string('x', 110_000);
        var environment = string.Join('\n', Enumerable.Range(0, Variables).Select(index => $"V{index} = \"${{BIG}}\""));
        var workspace = await Home.LiveAsync($"[services.big]\ntype = \"worker\"\ncommand = [\"sleep\", \"3600\"]\n[services.big.env]\n{environment}\n", Ct, "b/shop");
        var up = (await workspace.RunAsync(Ct, "up")).ShouldExit(1);
        Assert.Contains("9.5 MiB", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("8 MiB", up.Stderr, StringComparison.Ordinal);
        var big = await workspace.ServiceAsync("big", Ct);
        Assert.Equal("failed", big.State);
        Assert.Equal(0, Assert.Single(big.Replicas).Restarts);

        Assert.Equal(before.Pid, (await neighbour.ServiceAsync("one", Ct)).Pid);
        Assert.Equal(guardian, await Home.Processes.GuardianAsync(Ct));
    }
}
