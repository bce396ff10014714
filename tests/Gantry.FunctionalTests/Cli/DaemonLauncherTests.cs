using System.Net.Sockets;
using System.Text;
using Gantry.FunctionalTests.Harness;
using Gantry.Workloads;
using Gantry.Workloads.Native;
using Xunit;

namespace Gantry.FunctionalTests.Cli;

/// <summary>How a command comes by its daemon.</summary>
public sealed class DaemonLauncherTests : GantryTest
{
    private const string Sleeper = "[services.a]\ntype = \"worker\"\ncommand = \"sleep 1000\"\n";

    [Fact]
    public async Task Two_commands_at_once_start_one_daemon()
    {
        var shop = await Home.WorkspaceAsync(Sleeper, Ct);
        var ups = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Home.Cli.RunAsync(["up"], Ct, shop.Folder)));
        Assert.All(ups, up => up.ShouldExit(0));
        Assert.Single(Home.Survivors.Processes(), process => process.CommandLine.Contains("serve", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_stopped_daemon_left_running_the_next_command_takes_over()
    {
        var shop = await Home.WorkspaceAsync(Sleeper, Ct);
        (await Home.Cli.RunAsync(["up"], Ct, shop.Folder)).ShouldExit(0);
        var before = await PidAsync(shop);
        (await Home.Cli.RunAsync(["daemon", "stop"], Ct)).ShouldExit(0);
        Assert.Contains("may still run", (await Home.Cli.RunAsync(["status"], Ct, shop.Folder)).ShouldExit(0).Stdout, StringComparison.Ordinal);
        var why = (await Home.Cli.RunAsync(["why"], Ct, shop.Folder)).ShouldExit(1).Stderr;
        Assert.Contains("may still run", why, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing is up", why, StringComparison.Ordinal);
        Assert.Contains("ready already", (await Home.Cli.RunAsync(["up"], Ct, shop.Folder)).ShouldExit(0).Stdout, StringComparison.Ordinal);
        Assert.Equal(before, await PidAsync(shop));
        (await Home.Cli.RunAsync(["daemon", "stop"], Ct)).ShouldExit(0);

        // And so does the command that ends it.
        Assert.Contains("shop is down", (await Home.Cli.RunAsync(["down"], Ct, shop.Folder)).ShouldExit(0).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_waits_for_a_daemon_is_told_so()
    {
        var shop = await Home.LiveAsync(Sleeper, Ct);
        Directory.CreateDirectory(Home.Path);
        var held = AdvisoryLock.TryTake(Home.File("daemon.lock"))!;
        held.Write("4711\n"u8);
        using var up = await shop.StartAsync("up");
        await Eventually.PassesAsync(
            async () => Assert.Contains("the daemon (pid 4711) is there, and does not answer yet; waiting", await up.OutputAsync(Ct), StringComparison.Ordinal), Ct);
        held.Dispose();
        Assert.Equal(0, await up.EndAsync(Ct));
    }

    [Fact]
    public async Task A_wrong_setting_is_told_before_a_daemon_is_started_or_ended()
    {
        var shop = await Home.WorkspaceAsync(Sleeper, Ct);
        var good = Home.Environment["GANTRY_API"];
        try
        {
            Home.Environment["GANTRY_API"] = "nonsense";
            var up = (await Home.Cli.RunAsync(["up"], Ct, shop.Folder)).ShouldExit(2);
            Assert.Contains("environment variable GANTRY_API", up.Stderr, StringComparison.Ordinal);
            Assert.False(File.Exists(Home.File("daemon.log")));

            Home.Environment["GANTRY_API"] = good;
            (await Home.Cli.RunAsync(["up"], Ct, shop.Folder)).ShouldExit(0);
            var daemon = (await Home.Processes.DaemonAsync(Ct)).Pid;
            Home.Environment["GANTRY_API"] = "nonsense";
            (await Home.Cli.RunAsync(["daemon", "restart"], Ct)).ShouldExit(2);
            using var busy = new TcpListener(System.Net.IPAddress.Loopback, 0);
            busy.Start();
            Home.Environment["GANTRY_API"] = busy.LocalEndpoint.ToString()!;
            Assert.Contains("was left alone", (await Home.Cli.RunAsync(["daemon", "restart"], Ct)).ShouldExit(1).Stderr, StringComparison.Ordinal);
            Assert.Equal(daemon, (await Home.Processes.DaemonAsync(Ct)).Pid);
        }
        finally
        {
            Home.Environment["GANTRY_API"] = good;
        }
    }

    [Theory]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::]:0")]
    public async Task An_api_beyond_this_machine_is_a_fault_of_the_settings_everywhere(string address)
    {
        var shop = await Home.WorkspaceAsync(Sleeper, Ct);
        var good = Home.Environment["GANTRY_API"];
        Home.Environment["GANTRY_API"] = address;
        try
        {
            foreach (var line in (string[][])[["up"], ["daemon", "start"], ["serve"], ["config", "validate", "--daemon"]])
            {
                var result = (await Home.Cli.RunAsync(line, Ct, shop.Folder)).ShouldExit(2);
                Assert.Contains("environment variable GANTRY_API: error: server.api", result.Stderr, StringComparison.Ordinal);
            }

            Assert.Contains("beyond this machine", (await Home.Cli.RunAsync(["doctor"], Ct)).ShouldExit(1).Stdout, StringComparison.Ordinal);
            Assert.False(File.Exists(Home.File("daemon.log")));
        }
        finally
        {
            Home.Environment["GANTRY_API"] = good;
        }
    }

    [Fact]
    public async Task A_door_that_is_named_and_another_programs_keeps_every_daemon_from_starting()
    {
        var shop = await Home.WorkspaceAsync(Sleeper, Ct);
        var good = Home.Environment["GANTRY_API"];
        using var busy = new TcpListener(System.Net.IPAddress.Loopback, 0);
        busy.Start();
        Home.Environment["GANTRY_API"] = busy.LocalEndpoint.ToString()!;
        try
        {
            foreach (var line in (string[][])[["up"], ["daemon", "start"], ["daemon", "restart"], ["serve"]])
            {
                Assert.Contains("in use by", (await Home.Cli.RunAsync(line, Ct, shop.Folder)).ShouldExit(1).Stderr, StringComparison.Ordinal);
            }

            Assert.Contains("✘ door api", (await Home.Cli.RunAsync(["doctor"], Ct)).ShouldExit(1).Stdout, StringComparison.Ordinal);
        }
        finally
        {
            Home.Environment["GANTRY_API"] = good;
        }
    }

    [Fact]
    public async Task Settings_that_were_broken_since_its_start_are_told_while_the_daemon_runs()
    {
        (await Home.Cli.RunAsync(["daemon", "start"], Ct)).ShouldExit(0);
        await File.WriteAllTextAsync(Home.File("gantryd.toml"), "[logs]\nlevel = 5\n", Ct);
        Assert.Contains("gantryd.toml:2:9: error: logs.level", (await Home.Cli.RunAsync(["doctor"], Ct)).ShouldExit(1).Stdout, StringComparison.Ordinal);
        File.Delete(Home.File("gantryd.toml"));
        (await Home.Cli.RunAsync(["doctor"], Ct)).ShouldExit(0);
    }

    [Fact]
    public async Task Its_log_tells_which_doors_are_open()
    {
        (await Home.Cli.RunAsync(["daemon", "start"], Ct)).ShouldExit(0);
        var log = (await Home.Cli.RunAsync(["daemon", "logs"], Ct)).ShouldExit(0).Stdout;
        Assert.Contains($"info: The api door is open: {await Home.DoorAsync("api", Ct)}\n", log, StringComparison.Ordinal);
        Assert.Contains($"info: The edge door is open: {await Home.DoorAsync("edge", Ct)}\n", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daemon_that_dies_at_once_is_told_with_what_it_wrote_and_no_other()
    {
        var shop = await Home.WorkspaceAsync(Sleeper, Ct);
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Home.Path).FullName, "daemon.log"), "a line of an earlier one\n", Ct);
        var key = Directory.CreateDirectory(Home.File("api.key"));
        var up = (await Home.Cli.RunAsync(["up"], Ct, shop.Folder)).ShouldExit(75);
        key.Delete();
        Assert.Contains("daemon.log", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("api.key", up.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("an earlier one", up.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", up.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_home_that_cannot_be_used_is_told()
    {
        Home.Environment["GANTRY_HOME"] = "/proc/nowhere";
        try
        {
            var shop = await Home.WorkspaceAsync(Sleeper, Ct);
            var up = (await Home.Cli.RunAsync(["up"], Ct, shop.Folder)).ShouldExit(2).Stderr;
            Assert.Equal("gantry: cannot use /proc/nowhere as GANTRY_HOME: the folder cannot be made\n  next: set GANTRY_HOME to a folder that you can write\n", up);
        }
        finally
        {
            Home.Environment["GANTRY_HOME"] = Home.Path;
        }
    }

    [Fact]
    public async Task A_home_that_is_a_file_is_no_home_without_a_daemon()
    {
        var shop = await Home.WorkspaceAsync(Sleeper, Ct);
        var file = Path.Combine(Home.Beside("homes"), "file");
        await File.WriteAllTextAsync(file, "", Ct);
        Home.Environment["GANTRY_HOME"] = file;
        try
        {
            foreach (var line in (string[][])[["up"], ["status"], ["down"], ["logs"], ["why"], ["daemon", "status"], ["daemon", "stop"]])
            {
                Assert.Contains($"{file} is a file", (await Home.Cli.RunAsync(line, Ct, shop.Folder)).ShouldExit(2).Stderr, StringComparison.Ordinal);
            }

            Assert.Contains("✘ home", (await Home.Cli.RunAsync(["doctor"], Ct)).ShouldExit(1).Stdout, StringComparison.Ordinal);
        }
        finally
        {
            Home.Environment["GANTRY_HOME"] = Home.Path;
        }
    }

    [Theory]
    [InlineData("status")]
    [InlineData("stop")]
    public async Task A_daemon_that_is_taking_over_is_one_that_runs(string verb)
    {
        var home = HomeFolder.Open(Home.Path);
        using var held = AdvisoryLock.TryTake(home.DaemonLock);
        using var command = BackgroundCommand.Start(new Command(await Programs.GantryAsync(), "daemon", verb, "--json") { Environment = Home.Environment }, Home.OutputFile());

        // Others take as long to begin, so that the first has looked by then.
        for (var round = 0; round < 3; round++)
        {
            await Home.Cli.RunAsync(["version", "--help"], Ct);
        }

        var old = PlayOldDaemonAsync(home, held!);
        if (verb == "stop")
        {
            Assert.Contains("\"running\":false", await command.ShouldEndAsync(0, Ct), StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains("\"running\":true", await command.ShouldEndAsync(0, Ct), StringComparison.Ordinal);
            await Home.Cli.RunAsync(["daemon", "stop"], Ct);
        }

        Assert.Contains("POST /api/daemon/stop", await old.WaitAsync(Eventually.Deadline, TimeProvider.System, Ct));
    }

    [Fact]
    public async Task A_daemon_that_is_taking_over_is_replaced_by_a_restart_too()
    {
        var home = HomeFolder.Open(Home.Path);
        var version = (await Home.Cli.RunAsync(["version", "--json"], Ct)).ShouldExit(0).Json().GetProperty("version").GetString()!;
        using var held = AdvisoryLock.TryTake(home.DaemonLock);
        held!.Write("4711\n"u8);
        using var command = BackgroundCommand.Start(new Command(await Programs.GantryAsync(), "daemon", "restart") { Environment = Home.Environment }, Home.OutputFile());
        await Eventually.PassesAsync(
            async () => Assert.Contains("the daemon (pid 4711) is there, and does not answer yet", await command.OutputAsync(Ct), StringComparison.Ordinal), Ct);
        var former = PlayOldDaemonAsync(home, held, version);
        Assert.DoesNotContain("pid 1,", await command.ShouldEndAsync(0, Ct), StringComparison.Ordinal);
        Assert.Contains("POST /api/daemon/stop", await former.WaitAsync(Eventually.Deadline, TimeProvider.System, Ct));
    }

    /// <summary>An older daemon is played: what it needs is its lock, its socket and its word for its version.</summary>
    [Theory]
    [InlineData("up")]
    [InlineData("status")]
    public async Task A_daemon_of_another_build_is_replaced(string verb)
    {
        var shop = await Home.WorkspaceAsync(Sleeper, Ct);
        var home = HomeFolder.Open(Home.Path);
        var old = PlayOldDaemonAsync(home, AdvisoryLock.TryTake(home.DaemonLock)!);
        var command = (await Home.Cli.RunAsync([verb], Ct, shop.Folder)).ShouldExit(0);
        Assert.Matches(@"^gantry: replacing the daemon of version 0\.0\.1\+old by \S+; what it runs goes on\n", command.Stderr);
        Assert.Contains("POST /api/daemon/stop", await old);
        var running = (await Home.Cli.RunAsync(["version", "--json"], Ct)).ShouldExit(0).Json();
        Assert.Equal(running.GetProperty("version").GetString(), running.GetProperty("daemon").GetString());
    }

    [Fact]
    public async Task A_daemon_in_the_foreground_leaves_on_sigterm_with_0()
    {
        var daemon = await Home.ServeAsync(Ct);
        Assert.Equal(0, await daemon.TerminateAsync(Ct));
        Assert.False(File.Exists(Home.File("gantry.sock")));
    }

    private async Task<int> PidAsync(TestWorkspace shop)
    {
        var status = (await Home.Cli.RunAsync(["status", "--json"], Ct, shop.Folder)).ShouldExit(0).Json();
        return status.GetProperty("services")[0].GetProperty("replicas")[0].GetProperty("pid").GetInt32();
    }

    private static async Task<List<string>> PlayOldDaemonAsync(HomeFolder home, AdvisoryLock held, string version = "0.0.1+old")
    {
        using var its = held;
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(home.Socket));
        listener.Listen();
        var asked = new List<string>();
        while (true)
        {
            using var connection = await listener.AcceptAsync(Ct);
            var buffer = new byte[8192];
            var request = Encoding.ASCII.GetString(buffer, 0, await connection.ReceiveAsync(buffer, Ct));
            asked.Add(string.Join(' ', request.Split(' ').Take(2)));
            var (status, body) = asked[^1] switch
            {
                "GET /api/version" => (200, $$"""{"version":"{{version}}","pid":1,"home":"/","startedAt":"2026-01-01T00:00:00Z"}"""),
                "POST /api/daemon/stop" => (202, ""),
                _ => (409, """{"title":"Another version","status":409,"code":"version-mismatch","detail":"no"}"""),
            };
            await connection.SendAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: {body.Length}\r\n\r\n{body}"), Ct);
            if (status == 202)
            {
                File.Delete(home.Socket);
                return asked;
            }
        }
    }
}
