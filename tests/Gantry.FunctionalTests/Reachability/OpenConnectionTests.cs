using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Reachability;

/// <summary>An address in front of a service is closed, moved or left while clients are connected to it, idle as any pool of connections is.</summary>
public sealed class OpenConnectionTests : GantryTest
{
    private const int Clients = 10;

    [Fact]
    public async Task Down_ends_them_and_the_next_up_finds_everything_as_it_was()
    {
        var shop = await UpAsync(FreePort.Find());
        for (var round = 0; round < 3; round++)
        {
            var clients = await ConnectAsync(shop);
            await shop.DownAsync(Ct);
            await EndAsync(clients);
            await shop.UpAsync(Ct);
        }

        Assert.Equal(200, (await shop.AskAsync("api", "/", Ct)).Status);
    }

    [Fact]
    public async Task Another_port_ends_them_and_both_ports_can_be_had_again()
    {
        var (first, second) = (FreePort.Find(), FreePort.Find());
        var shop = await UpAsync(first);
        foreach (var port in (int[])[second, first, second])
        {
            var clients = await ConnectAsync(shop);
            await shop.Files.WriteAsync(Shop(port), Ct);
            await shop.UpAsync(Ct);
            await EndAsync(clients);
            Assert.Equal(200, (await Web.GetAsync(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"), Ct)).Status);
        }
    }

    [Fact]
    public async Task A_daemon_that_leaves_ends_them_and_the_next_one_answers_at_the_address()
    {
        var shop = await UpAsync(FreePort.Find());
        var before = await shop.ServiceAsync("api", Ct);
        var clients = await ConnectAsync(shop);
        await shop.DoAsync(Ct, "daemon", "restart");
        await EndAsync(clients);
        Assert.Equal(before.Pid, (await shop.AskAsync("api", "/", Ct)).Number("pid"));
        Assert.Empty(Directory.EnumerateFiles(Home.Path, "crash*"));
    }

    private static string Shop(int port) => string.Create(CultureInfo.InvariantCulture, $"[services.api]\ncommand = {TestWorkspace.Run("serve")}\nport = {port}\n");

    private async Task<LiveWorkspace> UpAsync(int port)
    {
        var shop = await Home.LiveAsync(Shop(port), Ct);
        await shop.UpAsync(Ct);
        return shop;
    }

    private static async Task<List<Socket>> ConnectAsync(LiveWorkspace shop)
    {
        var port = (await shop.ServiceAsync("api", Ct)).Port!.Value;
        var clients = new List<Socket>();
        for (var i = 0; i < Clients; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), Ct);
            await client.SendAsync("GET"u8.ToArray(), Ct);
            clients.Add(client);
        }

        // Each has reached the service: it answers one that came later.
        Assert.Equal(200, (await shop.AskAsync("api", "/", Ct)).Status);
        return clients;
    }

    /// <summary>Each is told of its end, one way or the other.</summary>
    private static async Task EndAsync(List<Socket> clients)
    {
        foreach (var client in clients)
        {
            using (client)
            {
                try
                {
                    Assert.Equal(0, await client.ReceiveAsync(new byte[1], Ct));
                }
                catch (SocketException e)
                {
                    Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
                }
            }
        }
    }
}
