using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>What the supervisors are given to run.</summary>
internal static class Services
{
    public const int Ten = 10;

    /// <summary>Processes that start at once and then sleep.</summary>
    public static ImmutableArray<Service> Idle(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Service(string.Create(CultureInfo.InvariantCulture, $"s{i}"), new Command("/bin/sleep", ["86400"])))];

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
