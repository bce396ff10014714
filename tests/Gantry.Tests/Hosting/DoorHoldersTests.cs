using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Hosting.Configuration;
using Xunit;

namespace Gantry.Tests.Hosting;

/// <summary>Doors that a daemon to come would find held.</summary>
[SupportedOSPlatform("linux")]
public sealed class DoorHoldersTests : IDisposable
{
    private readonly TcpListener _busy = new(IPAddress.Loopback, 0);

    public DoorHoldersTests() => _busy.Start();

    private int Port => ((IPEndPoint)_busy.LocalEndpoint).Port;

    public void Dispose() => _busy.Dispose();

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("[::]", false)]
    [InlineData("127.0.0.2", false)]
    [InlineData("[::1]", false)]
    public void A_door_is_held_where_the_addresses_meet(string address, bool isHeld)
    {
        var held = DoorHolders.Of(With($"{address}:{Port}"), ourselves: null).ToList();
        Assert.Equal(isHeld ? 1 : 0, held.Count);
        Assert.All(held, door =>
        {
            Assert.Equal(("door edge", CheckStatus.Failed), (door.Check.Name, door.Check.Status));
            Assert.StartsWith($"environment variable GANTRY_HTTP: server.http = \"{address}:{Port}\": port {Port} is in use by ", door.Check.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void A_listener_for_all_of_IPv6_is_in_the_way_of_IPv4_only_where_it_takes_that_too(bool takesBoth, bool isHeld)
    {
        using var other = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = takesBoth };
        other.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        other.Listen();
        var held = DoorHolders.Of(With($"127.0.0.1:{((IPEndPoint)other.LocalEndPoint!).Port}"), ourselves: null);
        Assert.Equal(isHeld ? 1 : 0, held.Count());
    }

    [Fact]
    public void What_takes_IPv6_alone_beside_a_door_of_our_own_daemon_holds_nothing()
    {
        using var other = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.IPv6Any, Port));
        other.Listen();
        Assert.Empty(DoorHolders.Of(With($"127.0.0.1:{Port}"), Environment.ProcessId));
        Assert.Single(DoorHolders.Of(With($"127.0.0.1:{Port}"), ourselves: null));
    }

    [Fact]
    public void Doors_of_our_own_daemon_are_not_in_its_way() => Assert.Empty(DoorHolders.Of(With($"127.0.0.1:{Port}"), Environment.ProcessId));

    [Fact]
    public void What_is_shut_or_takes_any_port_is_in_nobodys_way()
    {
        Assert.Empty(DoorHolders.Of(With("off"), ourselves: null));
        Assert.Empty(DoorHolders.Of(With("127.0.0.1:0"), ourselves: null));
    }

    private static DaemonConfig With(string http)
    {
        Assert.True(DoorAddress.TryRead(http, out var door, out _));
        var server = new ServerConfig { Http = Setting.At(door, Origin.Variable("GANTRY_HTTP")), Api = Setting.Default(DoorAddress.Off) };
        return new DaemonConfig { Server = Setting.Default(server) };
    }
}
