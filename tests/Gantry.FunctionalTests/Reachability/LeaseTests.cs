using System.Globalization;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Reachability;

/// <summary>Ports that programs are given: kept while they are needed, and no longer.</summary>
public sealed class LeaseTests : GantryTest
{
    private static readonly string Web =
        $"""
        [services.web]
        command  = {TestWorkspace.Run("serve")}
        replicas = 2
        """;

    [Fact]
    public async Task A_replica_keeps_its_port_over_daemons_and_restarts()
    {
        var shop = await Home.LiveAsync(Web, Ct);
        await shop.UpAsync(Ct);
        var before = await PortsAsync(shop);
        await shop.DoAsync(Ct, "daemon", "restart");
        await shop.DoAsync(Ct, "restart", "web");
        Assert.Equal(before, await PortsAsync(shop));
    }

    [Fact]
    public async Task Down_gives_back_what_the_replicas_had()
    {
        var shop = await Home.LiveAsync(Web, Ct);
        await shop.UpAsync(Ct);
        var ports = await PortsAsync(shop);
        Assert.All(ports, port => Assert.Contains(port, Leased()));
        await shop.DoAsync(Ct, "daemon", "restart");
        Assert.All(ports, port => Assert.Contains(port, Leased()));
        await shop.DownAsync(Ct);
        Assert.All(ports, port => Assert.DoesNotContain(port, Leased()));
    }

    /// <summary>Where the replicas listen themselves.</summary>
    private static async Task<IReadOnlyList<int>> PortsAsync(LiveWorkspace shop)
    {
        var pids = (await shop.ServiceAsync("web", Ct)).Replicas.Select(replica => replica.Pid!.Value);
        return [.. pids.Select(pid => int.Parse(HostProcess.Find(pid)!.Variable("PORT")!, CultureInfo.InvariantCulture))];
    }

    /// <summary>The kernel's list of Unix sockets holds every lease of every Gantry, as an abstract address.</summary>
    private static List<int> Leased() =>
    [
        .. File.ReadLines("/proc/net/unix")
            .Select(line => line.IndexOf("@gantry-port-", StringComparison.Ordinal) is >= 0 and var at ? line[(at + 13)..] : null)
            .OfType<string>()
            .Select(port => int.Parse(port, CultureInfo.InvariantCulture)),
    ];
}
