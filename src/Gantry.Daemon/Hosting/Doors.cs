using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Workloads;
using Gantry.Workloads.Native;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gantry.Daemon.Hosting;

/// <summary>By which door a request came.</summary>
public enum Door
{
    /// <summary>The Unix socket in the home: its owner alone.</summary>
    Socket,

    Api,

    Edge,
}

/// <summary>
/// The daemon's listeners. They are opened before the server is, so that a busy default port is a remark and a busy
/// configured one a clear refusal.
/// </summary>
public sealed class Doors : IDisposable
{
    private static readonly object DoorKey = new();

    private readonly HomeFolder _home;
    private readonly List<(Door Door, System.Net.Sockets.Socket Listener)> _open = [];
    private readonly ImmutableArray<DoorInfo>.Builder _infos = ImmutableArray.CreateBuilder<DoorInfo>();

    private Doors(HomeFolder home) => _home = home;

    /// <summary>All doors as they are.</summary>
    public ImmutableArray<DoorInfo> All => [new DoorInfo("socket", _home.Socket, DoorStatus.Open, null), .. _infos];

    /// <summary>The edge's port; null where it is closed.</summary>
    public int? EdgePort { get; private set; }

    /// <summary>Opens the doors that the options name.</summary>
    /// <exception cref="DaemonException">A configured door cannot be opened, or may not be.</exception>
    public static Doors Open(DaemonOptions options)
    {
        var doors = new Doors(options.Home);
        try
        {
            doors.Open(Door.Api, "api", options.Api);
            doors.Open(Door.Edge, "edge", options.Http);
        }
        catch
        {
            doors.Dispose();
            throw;
        }

        return doors;
    }

    /// <summary>The door of a request.</summary>
    public static Door Of(HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items[DoorKey] is Door door ? door : Door.Edge;

    /// <summary>Hands the open listeners to the server, which closes them from then on.</summary>
    public void Mount(KestrelServerOptions kestrel)
    {
        File.Delete(_home.Socket);
        kestrel.ListenUnixSocket(_home.Socket, listen => Mark(listen, Door.Socket));
        foreach (var (door, listener) in _open)
        {
            kestrel.ListenHandle((ulong)listener.Handle, listen => Mark(listen, door));
        }
    }

    public void Dispose()
    {
        foreach (var (_, listener) in _open)
        {
            listener.Dispose();
        }
    }

    private static void Mark(ListenOptions listen, Door door) => listen.Use(next => connection =>
    {
        connection.Items[DoorKey] = door;
        return next(connection);
    });

    private void Open(Door door, string name, DoorOptions options)
    {
        if (options.IsOff)
        {
            _infos.Add(new DoorInfo(name, null, DoorStatus.Off, "closed by configuration"));
            return;
        }

        var address = Parse(name, options.Address);
        if (door != Door.Edge && !IPAddress.IsLoopback(address.Address))
        {
            throw new DaemonException(
                $"[server] {name} = \"{options.Address}\" would open the API beyond this machine, and this version cannot ask its callers who they are",
                "bind it to 127.0.0.1");
        }

        var listener = new System.Net.Sockets.Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(address);
            listener.Listen(512);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            var note = Explain(address, e);
            if (options.IsConfigured)
            {
                throw new DaemonException($"cannot open [server] {name} = \"{options.Address}\": {note}", "end that program, or configure another address");
            }

            _infos.Add(new DoorInfo(name, null, DoorStatus.Busy, note));
            return;
        }

        var actual = (IPEndPoint)listener.LocalEndPoint!;
        _open.Add((door, listener));
        _infos.Add(new DoorInfo(name, actual.ToString(), DoorStatus.Open, null));
        if (door == Door.Edge)
        {
            EdgePort = actual.Port;
        }
    }

    private static IPEndPoint Parse(string name, string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon > 0 ? text[..colon].Trim('[', ']') : "";
        if (colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue)
        {
            if (host == "localhost")
            {
                return new IPEndPoint(IPAddress.Loopback, port);
            }

            if (IPAddress.TryParse(host, out var address))
            {
                return new IPEndPoint(address, port);
            }
        }

        throw new DaemonException($"[server] {name} = \"{text}\" is no address", "write host:port such as 127.0.0.1:8080, or \"off\"");
    }

    private static string Explain(IPEndPoint address, SocketException e)
    {
        var holder = e.SocketErrorCode == SocketError.AddressAlreadyInUse && OperatingSystem.IsLinux()
            ? ListenTable.Read().FirstOrDefault(listener => listener.Port == address.Port)
            : null;
        return holder is null ? $"{address}: {e.Message}" : $"port {address.Port} is in use by {ListenTable.Describe(holder)}";
    }
}
