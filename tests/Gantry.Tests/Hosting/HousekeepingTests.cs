using System.Text.Json;
using Gantry.Daemon.Hosting;
using Gantry.Workloads;
using Gantry.Workloads.Addresses;
using Gantry.Workloads.Logs;
using Xunit;

namespace Gantry.Tests.Hosting;

public sealed class HousekeepingTests : IDisposable
{
    private static readonly IReadOnlySet<int> None = new HashSet<int>();

    private readonly string _folder = Directory.CreateTempSubdirectory("gantry-tidy").FullName;

    private readonly PortLeases _leases = new(PortLeases.DefaultFirst, PortLeases.DefaultLast);

    public void Dispose()
    {
        _leases.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Logs_of_workspaces_that_are_down_go_after_two_weeks_and_no_others()
    {
        var home = HomeFolder.Open(_folder);
        Directory.CreateDirectory(home.Workspaces);
        File.WriteAllText(home.RecordOf("still-up"), "{}");
        WriteLog(home, "still-up", days: 100);
        WriteLog(home, "long-gone", days: 15);
        WriteLog(home, "just-gone", days: 13);

        Tidy(home);

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
            Tidy(home);
            RandomAccess.Write(writer, "later\n"u8, Housekeeping.LogBytes + 1);
        }

        Assert.Equal("later\n", File.ReadAllText(home.DaemonLog));
        Assert.Equal(Housekeeping.LogBytes + 1, new FileInfo(home.DaemonLog + ".1").Length);
    }

    [Fact]
    public void Ports_of_workspaces_that_left_nothing_behind_are_given_back_and_no_others()
    {
        var home = HomeFolder.Open(_folder);
        var logs = new LogStore(home, TimeProvider.System);
        var ports = new PortRegistry(home, _leases);
        Directory.CreateDirectory(home.Workspaces);
        File.WriteAllText(home.RecordOf("up"), "{}");
        WriteLog(home, "down", days: 13);
        var given = "up down gone named".Split(' ').ToDictionary(name => name, name => ports.Get(name, "db", None));
        ports.Get("named", "db", new HashSet<int> { PortLeases.DefaultLast });

        Housekeeping.Tidy(home, logs, ports);
        Assert.All(given.Values, port => Assert.False(_leases.TryHold("another", port)));
        ports.Get("gone", "db", None);
        Housekeeping.Tidy(home, logs, ports);
        Assert.Equal("down/db gone/db up/db", Kept(home));
        Assert.True(_leases.TryHold("another", PortLeases.DefaultLast));

        Housekeeping.Tidy(home, logs, ports);
        Assert.Equal("down/db up/db", Kept(home));
        Assert.True(_leases.TryHold("another", given["gone"]));
        Assert.False(_leases.TryHold("another", given["down"]));
    }

    private static string Kept(HomeFolder home) =>
        string.Join(' ', JsonDocument.Parse(File.ReadAllText(home.Ports)).RootElement.EnumerateObject().Select(port => port.Name).Order(StringComparer.Ordinal));

    private void Tidy(HomeFolder home) => Housekeeping.Tidy(home, new LogStore(home, TimeProvider.System), new PortRegistry(home, _leases));

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
