using System.Globalization;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Workspaces;

/// <summary>Independent services start beside each other: compared with the same ones in a row, in one run.</summary>
[Collection(Timed.Name)]
public sealed class ParallelStartTests : GantryTest
{
    private const int Count = 6;

    [Fact]
    public async Task Independent_services_start_beside_each_other()
    {
        var row = await Home.LiveAsync(Workspace(inARow: true), Ct, "row");
        var free = await Home.LiveAsync(Workspace(inARow: false), Ct, "free");
        await Home.Cli.RunAsync(["daemon", "start"], Ct);
        var one = (await row.UpAsync(Ct)).Duration;
        var other = (await free.UpAsync(Ct)).Duration;
        Assert.True(one > TimeSpan.FromMilliseconds(Count * 500), $"in a row they took {one}, less than the tasks themselves");
        Assert.True(other < one / 2, $"in a row {one}, beside each other {other}");
    }

    private static string Workspace(bool inARow) => string.Concat(Enumerable.Range(0, Count).Select(i => string.Create(
        CultureInfo.InvariantCulture,
        $"[services.t{i}]\ntype = \"task\"\ncommand = \"sleep 0.5\"\n{(inARow && i > 0 ? $"depends_on = {{ t{i - 1} = \"completed\" }}\n" : "")}")));
}
