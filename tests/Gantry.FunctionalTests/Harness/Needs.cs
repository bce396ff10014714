using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>What a test needs of its host; where that is not to be had it is skipped, and the reason is printed.</summary>
internal static class Needs
{
    public static void Tool(string name) => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name))),
        $"{name} is not installed; ./test installs it where it may");

    public static void Root() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may do this");

    /// <summary>Control groups that may be made: without them no memory, processors or tasks can be limited.</summary>
    public static void ControlGroups()
    {
        Root();
        Assert.SkipUnless(ControlGroupMounts.Any(IsWritable), "no control group can be made on this host");
    }

    /// <summary>The first version of the freezer, which holds even what is killed.</summary>
    public static void Freezer()
    {
        Root();
        Assert.SkipUnless(IsWritable(FrozenProcess.Mount), $"no process can be frozen: there is no {FrozenProcess.Mount} that can be written");
    }

    private static readonly string[] ControlGroupMounts = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"];

    private static bool IsWritable(string mount)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(mount, $"gantry-probe-{Guid.NewGuid():N}")).Delete();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
