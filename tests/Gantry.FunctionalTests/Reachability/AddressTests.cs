using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Reachability;

/// <summary>The address in front of a service: it stays, and somebody answers.</summary>
public sealed class AddressTests : GantryTest
{
    private static readonly string Shop = $"[services.api]\ncommand = {TestWorkspace.Run("serve")}\nhealth = {{ http = \"/health\" }}\nrestart = {{ backoff = \"50ms\" }}\n";

    [Fact]
    public async Task It_is_the_same_after_a_restart_an_edit_a_down_and_another_daemon()
    {
        var shop = await UpAsync();
        var port = (await shop.ServiceAsync("api", Ct)).Port;
        await shop.DoAsync(Ct, "restart", "api");
        Assert.Equal(port, (await shop.ServiceAsync("api", Ct)).Port);
        await shop.Files.WriteAsync(Shop + "replicas = 2\nenv = { A = \"1\" }\n", Ct);
        await shop.UpAsync(Ct);
        Assert.Equal(port, (await shop.ServiceAsync("api", Ct)).Port);
        await shop.DownAsync(Ct);
        Assert.DoesNotContain(port!.Value, ListeningPorts.All());
        await shop.UpAsync(Ct);
        Assert.Equal(port, (await shop.ServiceAsync("api", Ct)).Port);
        await shop.DownAsync(Ct);
        await shop.DoAsync(Ct, "daemon", "stop");
        await shop.UpAsync(Ct);
        Assert.Equal(port, (await shop.ServiceAsync("api", Ct)).Port);
        Assert.Equal(200, (await shop.AskAsync("api", "/", Ct)).Status);
    }

    [Fact]
    public async Task Two_workspaces_get_two()
    {
        var one = await UpAsync();
        var other = await Home.LiveAsync(Shop, Ct, "other");
        await other.UpAsync(Ct);
        var first = await one.ServiceAsync("api", Ct);
        var second = await other.ServiceAsync("api", Ct);
        Assert.NotEqual(first.Port, second.Port);
        Assert.Equal(first.Pid, (await one.AskAsync("api", "/", Ct)).Number("pid"));
        Assert.Equal(second.Pid, (await other.AskAsync("api", "/", Ct)).Number("pid"));
    }

    [Fact]
    public async Task It_is_the_one_that_the_file_says_and_only_on_loopback()
    {
        var port = FreePort.Find();
        var target = FreePort.Find();
        var shop = await Home.LiveAsync(string.Create(CultureInfo.InvariantCulture, $"{Shop}port = {port}\ntarget_port = {target}\n"), Ct);
        await shop.UpAsync(Ct);
        Assert.Equal(port, (await shop.ServiceAsync("api", Ct)).Port);
        Assert.Equal(target, (await shop.AskAsync("api", "/", Ct)).Number("port"));
        var listening = await new Command("sh", "-c", "cat /proc/net/tcp").RunAsync(Ct);
        Assert.Matches($"0100007F:{port:X4} 00000000:0000 0A", listening.Stdout);
    }

    [Fact]
    public async Task Two_services_may_swap_theirs()
    {
        var (one, other) = (FreePort.Find(), FreePort.Find());
        var shop = await Home.LiveAsync(File(one, other), Ct);
        await shop.UpAsync(Ct);
        await shop.Files.WriteAsync(File(other, one), Ct);
        await shop.UpAsync(Ct);
        Assert.Equal("a", (await Web.GetAsync(Url(other), Ct)).Text("name"));
        Assert.Equal("b", (await Web.GetAsync(Url(one), Ct)).Text("name"));

        static string File(int a, int b) => string.Create(
            CultureInfo.InvariantCulture,
            $"[services.a]\ncommand = {TestWorkspace.Run("serve", "--name", "a")}\nport = {a}\n[services.b]\ncommand = {TestWorkspace.Run("serve", "--name", "b")}\nport = {b}\n");

        static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/");
    }

    [Fact]
    public async Task A_client_that_comes_during_a_restart_is_served()
    {
        var shop = await UpAsync();
        var before = await shop.ServiceAsync("api", Ct);
        for (var round = 0; round < 3; round++)
        {
            var restart = shop.RunAsync(Ct, "restart", "api");
            while (!restart.IsCompleted)
            {
                Assert.Equal(200, (await Web.GetAsync($"http://127.0.0.1:{before.Port}/", Ct)).Status);
            }

            (await restart).ShouldExit(0);
        }

        Assert.NotEqual(before.Pid, (await shop.AskAsync("api", "/", Ct)).Number("pid"));
    }

    [Fact]
    public async Task A_client_that_comes_after_a_crash_is_served_by_the_next_run()
    {
        var shop = await UpAsync();
        var before = await shop.ServiceAsync("api", Ct);
        var process = HostProcess.Find(before.Pid)!;
        process.Kill();

        // Until it is reaped some thread of it may still hold the socket, and the kernel takes connections for it.
        await Eventually.IsTrueAsync(() => !Directory.Exists($"/proc/{before.Pid}"), "it is reaped", Ct);
        Assert.NotEqual(before.Pid, (await Web.GetAsync($"http://127.0.0.1:{before.Port}/", Ct)).Number("pid"));
    }

    [Fact]
    public async Task A_client_that_comes_before_it_is_ready_waits()
    {
        var shop = await Home.LiveAsync($"[services.api]\ncommand = {TestWorkspace.Run("serve", "--delay-listen", "1500ms")}\n", Ct);
        await shop.UpAsync(Ct, "--detach");
        Assert.Equal(200, (await shop.AskAsync("api", "/", Ct)).Status);
    }

    [Fact]
    public async Task A_stopped_service_resets_at_once()
    {
        var shop = await UpAsync();
        var port = (await shop.ServiceAsync("api", Ct)).Port!.Value;
        await shop.DoAsync(Ct, "stop", "api");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var began = TimeProvider.System.GetTimestamp();
        var refused = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), Ct);
            await socket.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray(), Ct);
            var read = await socket.ReceiveAsync(new byte[16], Ct);
            Assert.Fail($"it was given {read} bytes, not a reset");
        });
        Assert.Contains(refused.SocketErrorCode, (SocketError[])[SocketError.ConnectionReset, SocketError.ConnectionRefused]);
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(5), "it let the client wait");
    }

    /// <summary>A client of a protocol in which the server speaks first would take an orderly end for an empty answer.</summary>
    [Fact]
    public async Task A_service_that_does_not_come_in_time_resets_a_client_that_only_listens()
    {
        var shop = await Home.LiveAsync("[services.api]\ncommand = \"sleep 3600\"\n", Ct);
        await Home.ServeAsync(Ct);
        using var up = await shop.StartAsync("up");
        await Eventually.IsTrueAsync(async () => (await shop.LookAsync(Ct))?.Services is [{ State: "running" }], "api runs", Ct);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, (await shop.ServiceAsync("api", Ct)).Port!.Value), Ct);
        var refused = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            var read = await socket.ReceiveAsync(new byte[16], Ct);
            Assert.Fail($"it was given {read} bytes, not a reset");
        });
        Assert.Equal(SocketError.ConnectionReset, refused.SocketErrorCode);
        await up.KillAsync(Ct);
    }

    [Fact]
    public async Task It_carries_both_directions_and_half_closed_connections()
    {
        Needs.Tool("python3");
        var shop = await Home.LiveAsync(
            """
            [services.echo]
            command = ["python3", "-c", '''
            import os, socket
            s = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
            while True:
                c, _ = s.accept()
                data = b""
                while part := c.recv(65536):
                    data += part
                c.sendall(data)
                c.close()
            ''']
            """,
            Ct);
        await shop.UpAsync(Ct);
        var sent = new byte[3_000_000];
        new Random(7).NextBytes(sent);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, (await shop.ServiceAsync("echo", Ct)).Port!.Value, Ct);
        await using var stream = client.GetStream();
        await stream.WriteAsync(sent, Ct);
        client.Client.Shutdown(SocketShutdown.Send);
        using var received = new MemoryStream();
        await stream.CopyToAsync(received, Ct);
        Assert.Equal(sent, received.ToArray());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("::")]
    public async Task It_finds_a_service_on_whatever_address_it_listens(string bind)
    {
        Assert.SkipUnless(bind.Contains('.', StringComparison.Ordinal) || Socket.OSSupportsIPv6, "this host has no IPv6");
        var shop = await Home.LiveAsync($"[services.api]\ncommand = {TestWorkspace.Run("serve", "--bind", bind)}\n", Ct);
        await shop.UpAsync(Ct);
        Assert.Equal((await shop.ServiceAsync("api", Ct)).Pid, (await shop.AskAsync("api", "/", Ct)).Number("pid"));
    }

    [Fact]
    public async Task A_program_of_somebody_else_on_the_target_port_is_not_taken_for_the_service()
    {
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var port = FreePort.Find();
        stranger.Bind(new IPEndPoint(IPAddress.Loopback, port));
        stranger.Listen();
        var shop = await Home.LiveAsync(string.Create(CultureInfo.InvariantCulture, $"[services.api]\ncommand = \"exec sleep 1000\"\ntarget_port = {port}\n"), Ct);
        await shop.UpAsync(Ct, "--detach");
        var api = await shop.UntilAsync("api", api => api.Reason.Contains(port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), Ct);
        Assert.False(api.Ready);
    }

    private async Task<LiveWorkspace> UpAsync()
    {
        var shop = await Home.LiveAsync(Shop, Ct);
        await shop.UpAsync(Ct);
        return shop;
    }
}
