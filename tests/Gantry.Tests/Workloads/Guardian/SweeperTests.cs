using Gantry.Workloads;
using Gantry.Workloads.Guardian;
using Xunit;

namespace Gantry.Tests.Workloads.Guardian;

public sealed class SweeperTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("gantry-sweep-").FullName;
    private readonly HomeFolder _home;

    public SweeperTests() => _home = HomeFolder.Open(_path);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public async Task What_a_dead_guardian_left_in_the_home_is_removed()
    {
        await LeaveAsync();
        await Sweeper.SweepAsync(_home, useCgroups: false, () => true, TimeProvider.System, Ct);
        Assert.False(File.Exists(_home.GuardianSocket));
        Assert.Empty(Directory.EnumerateFiles(_home.Notify));
    }

    /// <summary>By then the files may be those of the next guardian, which nobody could reach without them.</summary>
    [Fact]
    public async Task Once_somebody_else_has_come_nothing_is_touched_any_more()
    {
        await LeaveAsync();
        await Sweeper.SweepAsync(_home, useCgroups: false, () => false, TimeProvider.System, Ct);
        Assert.True(File.Exists(_home.GuardianSocket));
        Assert.Single(Directory.EnumerateFiles(_home.Notify));
    }

    private async Task LeaveAsync()
    {
        Directory.CreateDirectory(_home.Notify);
        await File.WriteAllTextAsync(_home.GuardianSocket, "", Ct);
        await File.WriteAllTextAsync(Path.Combine(_home.Notify, "w-s-0"), "", Ct);
    }
}
