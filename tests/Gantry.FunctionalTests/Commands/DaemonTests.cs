using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Commands;

/// <summary>The daemon's own life, doors and log.</summary>
public sealed class DaemonTests : GantryTest
{
    private const string Sleeper = "[services.a]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n";

    [Fact]
    public async Task It_is_started_stopped_and_restarted_by_its_verbs()
    {
        Assert.False((await DoAsync("daemon", "status", "--json")).Json().GetProperty("running").GetBoolean());
        await DoAsync("daemon", "stop");
        await DoAsync("daemon", "start");
        var first = (await Home.Processes.DaemonAsync(Ct)).Pid;
        await DoAsync("daemon", "start");
        Assert.Equal(first, (await Home.Processes.DaemonAsync(Ct)).Pid);
        await DoAsync("daemon", "restart");
        Assert.NotEqual(first, (await Home.Processes.DaemonAsync(Ct)).Pid);
        await DoAsync("daemon", "stop");
        Assert.False(File.Exists(Home.File("gantry.sock")));
        await Home.Survivors.NoneAsync(Ct);
    }

    [Fact]
    public async Task A_restart_keeps_what_runs()
    {
        var shop = await Home.LiveAsync(Sleeper, Ct);
        await shop.UpAsync(Ct);
        var before = (await shop.StatusAsync(Ct)).Pids;
        for (var round = 0; round < 3; round++)
        {
            await shop.DoAsync(Ct, "daemon", "restart");
            Assert.Equal(before, (await shop.StatusAsync(Ct)).Pids);
        }
    }

    [Fact]
    public async Task None_is_started_to_take_down_what_only_a_file_is_left_of()
    {
        await DoAsync("daemon", "start");
        await DoAsync("daemon", "stop");
        Directory.CreateDirectory(Home.File("workspaces"));
        await File.WriteAllTextAsync(Home.File("workspaces/0123456789ab.json.unreadable"), "{", Ct);
        await DoAsync("down", "--all");
        Assert.False(await Home.Client.IsReadyAsync(Ct));
        File.Delete(Home.File("workspaces/0123456789ab.json.unreadable"));
    }

    [Fact]
    public async Task One_that_a_command_started_leaves_when_it_has_nothing_to_do()
    {
        Home.Environment["GANTRY_IDLE_EXIT"] = "1s";
        var shop = await Home.LiveAsync(Sleeper, Ct);
        await shop.UpAsync(Ct);
        var daemon = await Home.Processes.DaemonAsync(Ct);
        await shop.DownAsync(Ct);
        await HomeProcesses.GoneAsync([daemon], Eventually.Deadline, Ct);
        await Home.Survivors.NoneAsync(Ct);
    }

    [Fact]
    public async Task One_that_has_something_to_do_stays()
    {
        Home.Environment["GANTRY_IDLE_EXIT"] = "1s";
        var shop = await Home.LiveAsync($"{Sleeper}[services.t]\ntype = \"task\"\ncommand = \"sleep 3\"\n", Ct);
        await shop.UpAsync(Ct);
        var daemon = await Home.Processes.DaemonAsync(Ct);
        Assert.True(daemon.IsAlive());
        await shop.DownAsync(Ct);
        await HomeProcesses.GoneAsync([daemon], Eventually.Deadline, Ct);
    }

    [Fact]
    public async Task One_that_is_still_answering_stays()
    {
        Home.Environment["GANTRY_IDLE_EXIT"] = "1s";
        var shop = await Home.LiveAsync($"[secrets]\nslow = {{ command = \"sleep 4; echo x\" }}\n{Sleeper}env = {{ KEY = \"${{secret.slow}}\" }}\n", Ct);
        await shop.UpAsync(Ct);
        await shop.UntilAllReadyAsync(Ct);
    }

    [Fact]
    public async Task What_ends_with_it_ends_all_at_once()
    {
        var stubborn = $"[workspace]\nlifetime = \"daemon\"\n[services.a]\ntype = \"worker\"\ncommand = {TestWorkspace.Run("ignore-sigterm")}\nhealth = {{ log = \"ready\" }}\nstop = {{ grace = \"3s\" }}\n";
        foreach (var name in (string[])["one", "two", "three"])
        {
            await (await Home.LiveAsync(stubborn, Ct, name)).UpAsync(Ct);
        }

        var began = TimeProvider.System.GetTimestamp();
        await DoAsync("daemon", "stop");
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(6));
        Assert.Empty(await Home.Processes.WorkloadsAsync());
    }

    [Theory]
    [InlineData("text")]
    [InlineData("compact")]
    [InlineData("json")]
    public async Task Its_log_has_the_form_that_is_wished(string format)
    {
        Home.Environment["GANTRY_LOG_FORMAT"] = format;
        var shop = await Home.LiveAsync(Sleeper, Ct);
        await shop.UpAsync(Ct);
        var lines = LiveWorkspace.Lines((await DoAsync("daemon", "logs")).Stdout);
        Assert.NotEmpty(lines);
        if (format == "json")
        {
            Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        }
        else
        {
            Assert.All(lines, line => Assert.False(line.StartsWith('{'), line));
        }
    }

    [Theory]
    [InlineData("text")]
    [InlineData("compact")]
    public async Task Its_log_calls_services_by_their_names(string format)
    {
        Home.Environment["GANTRY_LOG_FORMAT"] = format;
        const string Crashing = "[services.a]\ntype = \"worker\"\ncommand = \"exit 3\"\nrestart = \"never\"\n";
        var shop = await Home.LiveAsync(Crashing, Ct);
        await shop.RunAsync(Ct, "up");
        Assert.Contains(" shop/a/0 exited with 3", (await DoAsync("daemon", "logs")).Stdout, StringComparison.Ordinal);

        // Of two that have one name the ids are told, too.
        var other = await Home.LiveAsync(Crashing, Ct, "clones/shop");
        await other.RunAsync(Ct, "up");
        Assert.Contains($" shop({await other.IdAsync(Ct)})/a/0 exited with 3", (await DoAsync("daemon", "logs")).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_log_calls_what_it_adopts_by_name()
    {
        var shop = await Home.LiveAsync(Sleeper, Ct);
        await shop.UpAsync(Ct);
        await shop.DoAsync(Ct, "daemon", "restart");
        Assert.Contains(" shop/a/0 adopted", (await DoAsync("daemon", "logs")).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_door_that_was_written_refuses_the_start_and_names_it()
    {
        using var owner = Occupy(out var port);
        Home.Environment["GANTRY_HTTP"] = $"127.0.0.1:{port}";
        var serve = await Home.Cli.RunAsync(["serve"], Ct);
        Assert.NotEqual(0, serve.ExitCode);
        Assert.Contains(port.ToString(CultureInfo.InvariantCulture), serve.Stderr, StringComparison.Ordinal);
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), serve.Stderr, StringComparison.Ordinal);
        var shop = await Home.LiveAsync(Sleeper, Ct);
        Assert.Contains(port.ToString(CultureInfo.InvariantCulture), (await shop.RunAsync(Ct, "up")).ShouldExit(1).Stderr, StringComparison.Ordinal);
        Home.Environment["GANTRY_HTTP"] = "127.0.0.1:0";
    }

    [Fact]
    public async Task A_closed_door_is_closed()
    {
        Home.Environment["GANTRY_HTTP"] = "off";
        Home.Environment["GANTRY_API"] = "off";
        var shop = await Home.LiveAsync($"[services.api]\ncommand = {TestWorkspace.Run("serve")}\n", Ct);
        await shop.UpAsync(Ct);
        Assert.Null(await Home.DoorAsync("edge", Ct));
        Assert.Null(await Home.DoorAsync("api", Ct));
        Assert.Equal(200, (await shop.AskAsync("api", "/", Ct)).Status);
    }

    [Fact]
    public async Task Settings_come_from_file_environment_and_options_weakest_first()
    {
        var etc = Home.Beside("etc");
        var (one, two, three) = (FreePort.Find(), FreePort.Find(), FreePort.Find());
        await File.WriteAllTextAsync(Path.Combine(etc, "gantryd.toml"), $"[server]\nhttp = \"127.0.0.1:{one}\"\napi = \"127.0.0.1:{one + 1}\"\nhttps = \"off\"\n", Ct);
        Home.Environment["GANTRY_HTTP"] = $"127.0.0.1:{two}";
        Home.Environment.Remove("GANTRY_API");
        await Home.ServeAsync(Ct, "--config", Path.Combine(etc, "gantryd.toml"), "--api", $"127.0.0.1:{three}");
        Assert.Equal($"127.0.0.1:{two}", await Home.DoorAsync("edge", Ct));
        Assert.Equal($"127.0.0.1:{three}", await Home.DoorAsync("api", Ct));
    }

    [Fact]
    public async Task A_second_daemon_for_one_home_is_refused()
    {
        var first = await Home.ServeAsync(Ct);
        var second = (await Home.Cli.RunAsync(["serve"], Ct)).ShouldExit(1);
        Assert.Contains(first.Pid.ToString(CultureInfo.InvariantCulture), second.Stderr, StringComparison.Ordinal);
        Assert.Equal(first.Pid, (await Home.Processes.DaemonAsync(Ct)).Pid);
    }

    private async Task<CommandResult> DoAsync(params string[] arguments) => (await Home.Cli.RunAsync(arguments, Ct)).ShouldExit(0);

    private static Socket Occupy(out int port)
    {
        port = FreePort.Find();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }
}
