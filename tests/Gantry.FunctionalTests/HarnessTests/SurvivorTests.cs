using System.Net;
using System.Net.Sockets;
using Gantry.FunctionalTests.Harness;
using Xunit;
using Xunit.Sdk;

namespace Gantry.FunctionalTests.HarnessTests;

/// <summary>The judge is judged first: what is planted must be found.</summary>
public sealed class SurvivorTests : IDisposable
{
    private static readonly string[] ControlGroupMounts = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"];
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("g-");
    private readonly Survivors _survivors;

    public SurvivorTests() => _survivors = new Survivors(_home.FullName, Marker);

    private string Marker => $"{Environment.GetEnvironmentVariable("GANTRY_TEST_RUN")}-planted-{_home.Name}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task A_clean_home_has_no_survivors()
    {
        Plant("id", "0123456789abcdef");
        Plant("daemon.log", "text");
        Plant("logs/a/b/0/1.log", "text");
        await _survivors.NoneAsync(Ct, Soon);
    }

    [Fact]
    public Task A_process_with_the_home_in_its_environment_is_found_and_ended() =>
        FindsAndEndsAsync(["hold", "anything"], new() { ["GANTRY_HOME"] = _home.FullName });

    [Fact]
    public Task A_process_with_the_mark_of_the_home_is_found_and_ended()
    {
        var id = $"id{_home.Name}";
        Plant("id", id + "\n");
        return FindsAndEndsAsync(["hold", "anything"], new() { ["GANTRY_INSTANCE"] = $"{id}/shop/api/0" });
    }

    [Fact]
    public Task A_process_with_the_marker_among_its_arguments_is_found_and_ended() =>
        FindsAndEndsAsync(["hold", Marker, "--ignore-sigterm"], []);

    [Fact]
    public async Task A_grandchild_that_left_its_session_and_its_environment_is_found_and_ended()
    {
        var result = await new Command(Programs.TestApp, "double-fork", Marker, "--setsid", "--clear-env", "--exit").RunAsync(Ct);
        var pid = result.ShouldExit(0).Stdout.Trim();
        await Eventually.IsTrueAsync(() => _survivors.Processes().Any(process => $"{process.Pid}" == pid), "the grandchild is there", Ct);
        await FailsNamingAsync($"pid {pid}");
        Assert.Empty(_survivors.Processes());
    }

    [Fact]
    public async Task Another_homes_process_is_left_alone()
    {
        var other = new Command(Programs.TestApp, "hold", "anything") { Environment = { ["GANTRY_HOME"] = _home.FullName + "2" } };
        using var process = new DaemonProcess(other.StartInBackground("/dev/null"));
        await Eventually.IsTrueAsync(() => HostProcess.Find(process.Pid)?.CommandLine.Contains("hold", StringComparison.Ordinal) == true, "it runs", Ct);
        await _survivors.NoneAsync(Ct, Soon);
        Assert.False(process.HasExited);
    }

    [Theory]
    [InlineData("gantry.sock")]
    [InlineData("notify/shop-api-0")]
    [InlineData("workspaces/0123.json")]
    [InlineData("id.4711")]
    public async Task A_file_that_a_home_does_not_keep_is_found(string name)
    {
        Plant(name, "");
        await FailsNamingAsync($"file: {name}");
    }

    [Fact]
    public async Task A_port_that_still_accepts_is_found()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await _survivors.NoneAsync(Ct, Soon);
        _survivors.Watch([port]);
        await FailsNamingAsync($"port {port}");
        listener.Stop();
        await _survivors.NoneAsync(Ct, Soon);
    }

    [Fact]
    public async Task A_control_group_of_the_home_is_found()
    {
        Needs.Root();
        var mount = ControlGroupMounts.FirstOrDefault(IsWritable);
        Assert.SkipWhen(mount is null, "no control group can be made here");
        var id = $"id{_home.Name}";
        Plant("id", id);
        var group = Directory.CreateDirectory(Path.Combine(mount, $"gantry-{id}"));
        try
        {
            await FailsNamingAsync($"control group: {group.FullName}");
        }
        finally
        {
            group.Delete();
        }
    }

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

    private void Plant(string name, string text)
    {
        var path = Path.Combine(_home.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private async Task FindsAndEndsAsync(string[] arguments, Dictionary<string, string?> environment)
    {
        var command = new Command(Programs.TestApp, arguments) { Environment = environment };
        using var process = new DaemonProcess(command.StartInBackground("/dev/null"));
        await Eventually.IsTrueAsync(() => _survivors.Processes().Any(found => found.Pid == process.Pid), "the process is found", Ct);
        await FailsNamingAsync($"pid {process.Pid}");
        await Eventually.IsTrueAsync(() => process.HasExited, "it was ended", Ct);
    }

    private async Task FailsNamingAsync(string what)
    {
        var failure = await Assert.ThrowsAsync<XunitException>(() => _survivors.NoneAsync(Ct, Soon));
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
    }
}
