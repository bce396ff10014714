using Gantry.Daemon.Hosting;
using Gantry.Workloads;
using Gantry.Workloads.Logs;
using Xunit;

namespace Gantry.Tests.Hosting;

public sealed class HousekeepingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gantry-tidy").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Logs_of_workspaces_that_are_down_go_after_two_weeks_and_no_others()
    {
        var home = HomeFolder.Open(_folder);
        Directory.CreateDirectory(home.Workspaces);
        File.WriteAllText(home.RecordOf("still-up"), "{}");
        WriteLog(home, "still-up", days: 100);
        WriteLog(home, "long-gone", days: 15);
        WriteLog(home, "just-gone", days: 13);

        Housekeeping.Tidy(home, new LogStore(home, TimeProvider.System));

        Assert.Equal(["just-gone", "still-up"], Directory.EnumerateDirectories(home.Logs).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_log_of_the_daemon_that_has_become_large_is_cut_under_its_writer()
    {
        var home = HomeFolder.Open(_folder);
        using (var writer = Gantry.Workloads.Native.AppendingFile.Open(home.DaemonLog))
        {
            RandomAccess.Write(writer, new byte[Housekeeping.LogBytes + 1], 0);
            Housekeeping.Tidy(home, new LogStore(home, TimeProvider.System));
            RandomAccess.Write(writer, "later\n"u8, Housekeeping.LogBytes + 1);
        }

        Assert.Equal("later\n", File.ReadAllText(home.DaemonLog));
        Assert.Equal(Housekeeping.LogBytes + 1, new FileInfo(home.DaemonLog + ".1").Length);
    }

    private static void WriteLog(HomeFolder home, string workspace, int days)
    {
        var log = Path.Combine(home.Logs, workspace, "api.0", "000001.log");
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        File.WriteAllText(log, "x");
        var written = DateTime.UtcNow - TimeSpan.FromDays(days);
        File.SetLastWriteTimeUtc(log, written);
        Directory.SetLastWriteTimeUtc(Path.GetDirectoryName(log)!, written);
    }
}
