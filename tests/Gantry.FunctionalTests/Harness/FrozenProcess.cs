namespace Gantry.FunctionalTests.Harness;

/// <summary>
/// A process that even SIGKILL does not end before this is disposed of: frozen in a control group of its own, by the
/// freezer of the first version (Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst of Linux).
/// </summary>
internal sealed class FrozenProcess : IAsyncDisposable
{
    public const string Mount = "/sys/fs/cgroup/freezer";

    private readonly string _group = Path.Combine(Mount, $"gantry-test-{Guid.NewGuid():N}");

    private FrozenProcess()
    {
    }

    public static async Task<FrozenProcess> FreezeAsync(int pid, CancellationToken ct)
    {
        var frozen = new FrozenProcess();
        Directory.CreateDirectory(frozen._group);
        await File.WriteAllTextAsync(frozen.Member("cgroup.procs"), $"{pid}", ct);
        await File.WriteAllTextAsync(frozen.Member("freezer.state"), "FROZEN", ct);
        await Eventually.IsTrueAsync(async () => (await File.ReadAllTextAsync(frozen.Member("freezer.state"), ct)).Trim() == "FROZEN", $"{pid} is frozen", ct);
        return frozen;
    }

    public async ValueTask DisposeAsync()
    {
        await File.WriteAllTextAsync(Member("freezer.state"), "THAWED");
        await Eventually.IsTrueAsync(IsRemoved, $"{_group} is removed", CancellationToken.None);
    }

    private string Member(string file) => Path.Combine(_group, file);

    private bool IsRemoved()
    {
        try
        {
            Directory.Delete(_group);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
