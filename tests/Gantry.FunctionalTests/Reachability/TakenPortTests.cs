using System.Net;
using System.Net.Sockets;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Reachability;

/// <summary>A stranger sits on the port in front of a service that runs.</summary>
public sealed class TakenPortTests : GantryTest
{
    [Fact]
    public async Task A_port_that_is_changed_to_a_taken_one_is_told_and_had_as_soon_as_it_is_free()
    {
        var (first, second) = (FreePort.Find(), FreePort.Find());
        var shop = await Home.LiveAsync(File(first), Ct);
        await shop.UpAsync(Ct);
        using (Listen(second))
        {
            await shop.Files.WriteAsync(File(second), Ct);
            var up = (await shop.RunAsync(Ct, "up")).ShouldExit(1);
            Assert.Contains($"port {second} is already in use by", up.Stderr, StringComparison.Ordinal);
            var taken = await shop.ServiceAsync("web", Ct);
            Assert.False(taken.Ready);
            Assert.Equal(second, taken.Port);
            Assert.Contains($"port {second} is already in use by", (await shop.WhyAsync("web", Ct)).GetProperty("summary").GetString(), StringComparison.Ordinal);
        }

        await shop.UntilReadyAsync("web", Ct);
        Assert.Equal(200, (await shop.AskAsync("web", "/", Ct)).Status);
    }

    [Fact]
    public async Task What_is_started_on_a_taken_port_while_it_is_being_stopped_has_failed_when_it_has_ended()
    {
        var shop = await Home.LiveAsync(Stubborn(FreePort.Find()), Ct);
        await shop.UpAsync(Ct);
        var process = HostProcess.Find((await shop.ServiceAsync("web", Ct)).Pid)!;
        using var stop = await shop.StartAsync("stop", "web");
        await shop.UntilStateAsync("web", "stopping", Ct);
        using var stranger = Listen(0);
        await shop.Files.WriteAsync(Stubborn(((IPEndPoint)stranger.LocalEndPoint!).Port), Ct);
        using var up = await shop.StartAsync("up");
        await shop.UntilStateAsync("web", "failed", Ct);
        Assert.False(process.IsAlive());
        Assert.Equal(1, await up.EndAsync(Ct));
        Assert.Contains("is already in use by", await up.OutputAsync(Ct), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_has_failed_for_a_taken_port_starts_once_it_is_free_unless_somebody_has_stopped_it(bool isStopped)
    {
        var port = FreePort.Find();
        var shop = await Home.LiveAsync(File(port), Ct);
        using (Listen(port))
        {
            (await shop.RunAsync(Ct, "up")).ShouldExit(1);
            Assert.Equal("failed", (await shop.ServiceAsync("web", Ct)).State);
            if (isStopped)
            {
                await shop.DoAsync(Ct, "stop", "web");
            }
        }

        await Eventually.IsTrueAsync(() => ListeningPorts.All().Contains(port), "the address is open", Ct);
        if (isStopped)
        {
            Assert.Equal("stopped", (await shop.ServiceAsync("web", Ct)).State);
            await shop.DoAsync(Ct, "start", "web");
        }

        await shop.UntilReadyAsync("web", Ct);
        Assert.Equal(200, (await shop.AskAsync("web", "/", Ct)).Status);
    }

    [Theory]
    [InlineData(1, "up", "other")]
    [InlineData(1, "up")]
    [InlineData(1, "start", "other")]
    [InlineData(2, null)]
    [InlineData(2, "up", "other")]
    public async Task Whatever_is_done_meanwhile_it_starts_once_its_port_is_free(int replicas, params string[]? command)
    {
        var port = FreePort.Find();
        var shop = await Home.LiveAsync($"{File(port)}replicas = {replicas}\n[services.other]\ntype = \"worker\"\ncommand = \"exec sleep 1000\"\n", Ct);
        using (Listen(port))
        {
            (await shop.RunAsync(Ct, "up")).ShouldExit(1);
            if (command is not null)
            {
                await shop.RunAsync(Ct, command);
            }

            Assert.Equal("failed", (await shop.ServiceAsync("web", Ct)).State);
        }

        if (command is not null)
        {
            await shop.RunAsync(Ct, command);
        }

        await shop.UntilReadyAsync("web", Ct);
        Assert.Equal(200, (await shop.AskAsync("web", "/", Ct)).Status);
    }

    /// <summary>Five seconds are some looks at the port, and those of whatever else looks now and then.</summary>
    [Fact]
    public async Task A_daemon_that_had_no_descriptor_left_for_a_while_still_comes_to_have_it()
    {
        Descriptors.Need();
        var port = FreePort.Find();
        var shop = await Home.LiveAsync(File(port), Ct);
        HostProcess daemon;
        using (Listen(port))
        {
            (await shop.RunAsync(Ct, "up")).ShouldExit(1);
            daemon = await Home.Processes.DaemonAsync(Ct);
            await Descriptors.TakeAwayAsync(daemon, Ct);
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, Ct);
        }

        await Descriptors.LimitAsync(daemon, 1000, Ct);
        await shop.UntilReadyAsync("web", Ct);
        Assert.Equal(200, (await shop.AskAsync("web", "/", Ct)).Status);
        Assert.Equal(daemon, await Home.Processes.DaemonAsync(Ct));
        await shop.DownAsync(Ct);
    }

    [Fact]
    public async Task Where_another_service_of_Gantrys_has_it_that_one_is_named()
    {
        var port = FreePort.Find();
        var shop = await Home.LiveAsync(File(port), Ct);
        await shop.UpAsync(Ct);
        var other = await Home.LiveAsync(File(port), Ct, "other");
        var up = (await other.RunAsync(Ct, "up")).ShouldExit(1);
        Assert.Contains($"port {port} is the address of web of shop ({shop.Folder})", up.Stderr, StringComparison.Ordinal);
        Assert.Contains($"gantry down {shop.Folder}", up.Stderr, StringComparison.Ordinal);
        await shop.DownAsync(Ct);
        await other.UntilReadyAsync("web", Ct);
    }

    private static Socket Listen(int port)
    {
        var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        stranger.Bind(new IPEndPoint(IPAddress.Loopback, port));
        stranger.Listen();
        return stranger;
    }

    private static string Stubborn(int port) => $"[services.web]\ncommand = {TestWorkspace.Run("serve", "--stop-takes", "60s")}\nport = {port}\nstop = {{ grace = \"3s\" }}\n";

    private static string File(int port) => $"[services.web]\ncommand = {TestWorkspace.Run("serve")}\nport = {port}\n";
}
