using System.Net;
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

/// <summary>Looks who is in the way of doors that are not open yet, without opening them.</summary>
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
            if (listeners.FirstOrDefault(listener => listener.Port == setting.Value.Port && Meet(listener.Address, setting.Value.Address!)) is { } holder
                && (ourselves is not { } pid || ListenTable.OwnerOf(holder.Inode, [pid]) is null))
            {
                yield return new HeldDoor(name, key, setting, ListenTable.Describe(holder));
            }
        }
    }

    /// <summary>Whether two sockets of one port are in each other's way: one for all addresses is in that of every other of its family, and one for all of IPv6 takes IPv4, too (ipv6(7)).</summary>
    private static bool Meet(IPAddress first, IPAddress second) =>
        first.Equals(second)
        || first.Equals(IPAddress.IPv6Any) || second.Equals(IPAddress.IPv6Any)
        || (first.AddressFamily == second.AddressFamily && (first.Equals(IPAddress.Any) || second.Equals(IPAddress.Any)));
}
