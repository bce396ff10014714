using Gantry.Workloads;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Logs;
using Gantry.Workloads.Native;
using Xunit;

namespace Gantry.Tests.Workloads.Guardian;

/// <summary>A process that was started and that nobody could keep must not run on.</summary>
public sealed class GuardedProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gantry-guarded-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_fails_after_the_start_ends_what_was_started()
    {
        var home = HomeFolder.Open(Path.Combine(_folder.FullName, "home"));
        using var loop = new EventLoop(TimeProvider.System, e => throw new InvalidOperationException("unforeseen", e));
        using var log = new OutputLog(loop, new LogWriter(_folder.FullName, LogRotation.Default, TimeProvider.System), TimeProvider.System);
        var order = new StartOrder
        {
            Key = "w/s/0",
            Lifetime = Lifetime.Workspace,
            Path = "/bin/sleep",
            Arguments = ["sleep", "3600"],
            Environment = new Dictionary<string, string>(),
            WorkingDirectory = "/",
            LogFolder = _folder.FullName,
            LogRotation = LogRotation.Default,
            Tag = "{}",
        };
        Assert.Throws<IOException>(() => GuardedProcess.Start(order, log, CgroupTree.Find(home, enabled: false), loop, new NoTime(), (_, _) => true));

        // Its pid is told by the log alone.
        var remark = File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.FullName, "*", SearchOption.TopDirectoryOnly)));
        var pid = int.Parse(remark[(remark.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(SpinWait.SpinUntil(() => ProcessTable.Find(pid) is not { IsZombie: false }, TimeSpan.FromSeconds(20)), $"pid {pid} runs on");
        _ = Libc.WaitPid(pid, out _, 0);
    }

    private sealed class NoTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw new IOException("nothing can be opened");
    }
}
