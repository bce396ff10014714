using System.Net;
using System.Net.Sockets;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Workloads.Native;

namespace Gantry.Daemon.Hosting;

/// <summary>A door that a new daemon could not open, since somebody listens there.</summary>
/// <param name="Name">As <see cref="DoorInfo"/> calls it.</param>
/// <param name="Key">As <c>gantryd.toml</c> does.</param>
/// <param name="Holder">Who listens, in words.</param>
internal sealed record HeldDoor(string Name, string Key, Setting<DoorAddress> Setting, string Holder)
{
    /// <summary>What is wrong, with the place that names the door where one does.</summary>
    public string Message => $"{(Setting.IsDefault ? "" : $"{Setting.Place}: {Key} = \"{Setting.Value}\": ")}port {Setting.Value.Port} is in use by {Holder}";

    /// <summary>As <c>doctor</c> tells it: a default door would stay closed, any other would refuse the start.</summary>
    public DoctorCheck Check => new(
        $"door {Name}",
        Setting.IsDefault ? CheckStatus.Warning : CheckStatus.Failed,
        Setting.IsDefault ? $"the {Name} door would stay closed: {Message}" : Message,
        $"end that program, or set [server] {Key["server.".Length..]} in gantryd.toml");
}

/// <summary>Looks who is in the way of doors that are not open yet, without opening them to anybody.</summary>
internal static class DoorHolders
{
    /// <param name="ourselves">The daemon that runs, whose doors will be free; null where none does.</param>
    public static IEnumerable<HeldDoor> Of(DaemonConfig config, int? ourselves)
    {
        (string Name, string Key, Setting<DoorAddress> Setting)[] doors =
            [("api", "server.api", config.Server.Value.Api), ("edge", "server.http", config.Server.Value.Http)];
        var wanted = doors.Where(door => door.Setting.Value is { IsOpen: true, Port: not 0 }).ToList();
        var listeners = wanted.Count > 0 && OperatingSystem.IsLinux() ? ListenTable.Read() : [];
        foreach (var (name, key, setting) in wanted)
        {
            var door = new IPEndPoint(setting.Value.Address!, setting.Value.Port);

            // Those of its own family first: a try cannot tell which of several is in the way, the table can.
            if (listeners.Where(listener => listener.Port == door.Port).OrderBy(listener => listener.Address.AddressFamily != door.AddressFamily)
                    .FirstOrDefault(listener => IsInTheWay(listener.Address, door)) is { } holder
                && (ourselves is not { } pid || ListenTable.OwnerOf(holder.Inode, [pid]) is null))
            {
                yield return new HeldDoor(name, key, setting, ListenTable.Describe(holder));
            }
        }
    }

    /// <summary>
    /// Whether a listener at a door's port keeps it shut: one for all addresses is in the way of every other of its family.
    /// Whether one for IPv6 takes IPv4, too (ipv6(7), IPV6_V6ONLY), the table does not tell, and so that is tried.
    /// </summary>
    private static bool IsInTheWay(IPAddress listener, IPEndPoint door) => listener.AddressFamily == door.AddressFamily
        ? listener.Equals(door.Address) || IsAny(listener) || IsAny(door.Address)
        : !CanBind(door);

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>Binds as <see cref="Doors"/> does, and lets go at once: nobody can connect to what does not listen. What else is wrong with an address is for the start to tell.</summary>
    private static bool CanBind(IPEndPoint door)
    {
        try
        {
            using var socket = new Socket(door.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(door);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.AddressAlreadyInUse;
        }
    }
}
