using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Workloads;
using Gantry.Workloads.Native;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gantry.Daemon.Hosting;

/// <summary>By which door a request came.</summary>
internal enum Door
{
    /// <summary>The Unix socket in the home: its owner alone.</summary>
    Home,

    Api,

    Edge,
}

/// <summary>
/// The daemon's listeners. They are opened before the server is, so that a busy default port is a remark and a busy
/// configured one a clear refusal.
/// </summary>
internal sealed partial class Doors : IDisposable
{
    private const int Backlog = 512;

    private static readonly object DoorKey = new();

    private readonly HomeFolder _home;
    private readonly List<(Door Door, Socket Listener)> _open = [];
    private readonly ImmutableArray<DoorInfo>.Builder _infos = ImmutableArray.CreateBuilder<DoorInfo>();

    private Doors(HomeFolder home) => _home = home;

    /// <summary>All doors as they are.</summary>
    public ImmutableArray<DoorInfo> All => [new DoorInfo("socket", _home.Socket, DoorStatus.Open, null), .. _infos];

    /// <summary>The edge's port; null where it is closed.</summary>
    public int? EdgePort { get; private set; }

    /// <summary>Opens the doors that the options name.</summary>
    /// <exception cref="DaemonException">A configured door cannot be opened.</exception>
    public static Doors Open(DaemonOptions options)
    {
        var doors = new Doors(options.Home);
        try
        {
            doors.Open(Door.Api, "api", "server.api", options.Config.Server.Value.Api);
            doors.Open(Door.Edge, "edge", "server.http", options.Config.Server.Value.Http);
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
        kestrel.ListenUnixSocket(_home.Socket, listen => Mark(listen, Door.Home));
        foreach (var (door, listener) in _open)
        {
            kestrel.ListenHandle((ulong)listener.Handle, listen => Mark(listen, door));
        }
    }

    /// <summary>Tells the log which doors are open, and which are not and why.</summary>
    public void Tell(ILogger logger)
    {
        foreach (var door in All)
        {
            switch (door.Status)
            {
                case DoorStatus.Open:
                    Log.IsOpen(logger, door.Name, door.Address!);
                    break;
                case DoorStatus.Off:
                    Log.IsOff(logger, door.Name, door.Note);
                    break;
                default:
                    Log.IsBusy(logger, door.Name, door.Note);
                    break;
            }
        }
    }

    /// <summary>A socket that the server listens on.</summary>
    public static Socket Bind(EndPoint address) =>
        address is UnixDomainSocketEndPoint home ? OwnersSocket.Bind(home.ToString()) : SocketTransportOptions.CreateDefaultBoundListenSocket(address);

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

    private void Open(Door door, string name, string key, Setting<DoorAddress> setting)
    {
        if (!setting.Value.IsOpen)
        {
            _infos.Add(new DoorInfo(name, null, DoorStatus.Off, $"closed by {setting.Place}"));
            return;
        }

        var address = new IPEndPoint(setting.Value.Address, setting.Value.Port);
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(address);
            listener.Listen(Backlog);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            var note = Explain(address, e);
            if (!setting.IsDefault)
            {
                throw new DaemonException($"{setting.Place}: cannot open {key} = \"{setting.Value}\": {note}", "end that program, or configure another address");
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

    private static string Explain(IPEndPoint address, SocketException e)
    {
        var holder = e.SocketErrorCode == SocketError.AddressAlreadyInUse && OperatingSystem.IsLinux()
            ? ListenTable.HolderOf(address.Port)
            : null;
        return holder is null ? $"{address}: {e.Message}" : $"port {address.Port} is in use by {holder}";
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The {Door} door is open: {Address}")]
        public static partial void IsOpen(ILogger logger, string door, string address);

        [LoggerMessage(Level = LogLevel.Information, Message = "The {Door} door is {Why}")]
        public static partial void IsOff(ILogger logger, string door, string? why);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The {Door} door is closed: {Why}; it opens with a new start once that port is free, or by another address under [server] in gantryd.toml")]
        public static partial void IsBusy(ILogger logger, string door, string? why);
    }
}
