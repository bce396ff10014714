using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Workloads.Probes;

/// <summary>
/// The network's two questions. HTTP is asked in its barest form, one request to a connection: a health test wants to
/// know whether a new caller is served, and a client with pools and handlers would hide that.
/// </summary>
internal static class ProbeClient
{
    private const int MaxStatusLine = 512;

    public static async Task<(bool Passed, string Finding)> ConnectAsync(Endpoint endpoint, CancellationToken ct)
    {
        try
        {
            using var socket = await DialAsync(endpoint, ct);
            return (true, $"{endpoint} accepts connections");
        }
        catch (SocketException e)
        {
            return (false, $"{endpoint}: {Words(e.SocketErrorCode)}");
        }
    }

    public static async Task<(bool Passed, string Finding)> GetAsync(Endpoint endpoint, HttpProbe probe, CancellationToken ct)
    {
        try
        {
            using var socket = await DialAsync(endpoint, ct);
            var request = $"GET {probe.Path} HTTP/1.1\r\nHost: {endpoint}\r\nUser-Agent: gantry-probe\r\nAccept: */*\r\nConnection: close\r\n\r\n";
            await socket.SendAsync(Encoding.ASCII.GetBytes(request), ct);
            var status = await ReadStatusAsync(socket, ct);
            if (status is not { } code)
            {
                return (false, $"GET {probe.Path} was not answered in HTTP");
            }

            var passed = probe.Status is { } wanted ? code == wanted : code is >= 200 and < 400;
            return passed
                ? (true, string.Create(CultureInfo.InvariantCulture, $"GET {probe.Path} answers {code}"))
                : (false, string.Create(CultureInfo.InvariantCulture, $"GET {probe.Path} answers {code}{(probe.Status is { } w ? $" instead of {w}" : "")}"));
        }
        catch (SocketException e)
        {
            return (false, $"GET {probe.Path}: {Words(e.SocketErrorCode)}");
        }
    }

    /// <summary>The usual ones of a connection, as people say them: <c>connection refused</c>.</summary>
    private static string Words(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        SocketError.TimedOut => "timed out",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "not reachable",
        _ => new SocketException((int)error).Message,
    };

    private static async Task<Socket> DialAsync(Endpoint endpoint, CancellationToken ct)
    {
        var address = IPAddress.Parse(endpoint.Address);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, endpoint.Port), ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The number in <c>HTTP/1.1 200 OK</c>.</summary>
    private static async Task<int?> ReadStatusAsync(Socket socket, CancellationToken ct)
    {
        var buffer = new byte[MaxStatusLine];
        var count = 0;
        while (count < buffer.Length && !buffer.AsSpan(0, count).Contains((byte)'\n'))
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(count), ct);
            if (read == 0)
            {
                break;
            }

            count += read;
        }

        var parts = Encoding.ASCII.GetString(buffer, 0, count).Split(' ', 3);
        return parts.Length >= 2 && parts[0].StartsWith("HTTP/", StringComparison.Ordinal) && int.TryParse(parts[1].Trim(), CultureInfo.InvariantCulture, out var status)
            ? status
            : null;
    }
}
