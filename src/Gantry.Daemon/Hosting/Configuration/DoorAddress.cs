using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>Where a door of the daemon listens; <see cref="Off"/> where it is closed.</summary>
/// <param name="Address">The interface; null where the door is closed.</param>
/// <param name="Port">0 for one that the system chooses.</param>
internal sealed record DoorAddress(IPAddress? Address, int Port)
{
    public const string OffWord = "off";

    public static readonly DoorAddress Off = new(null, 0);

    /// <summary>Whether it is open at all.</summary>
    [MemberNotNullWhen(true, nameof(Address))]
    public bool IsOpen => Address is not null;

    /// <summary>Whether only this machine reaches it.</summary>
    public bool IsLoopback => Address is not null && IPAddress.IsLoopback(Address);

    public static DoorAddress Loopback(int port) => new(IPAddress.Loopback, port);

    /// <summary>Reads <c>address:port</c> (an IPv6 address in brackets, or <c>localhost</c>, which is 127.0.0.1) or <c>off</c>.</summary>
    public static bool TryRead(string text, [MaybeNullWhen(false)] out DoorAddress door, out string? fault)
    {
        door = null;
        fault = null;
        if (text == OffWord)
        {
            door = Off;
            return true;
        }

        var colon = text.LastIndexOf(':');
        var (host, port) = colon < 0 ? ("", text) : (text[..colon], text[(colon + 1)..]);
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            fault = "the port is a number from 0 to 65535, 0 meaning any that is free";
            return false;
        }

        if (host.Length == 0)
        {
            fault = $"say which interface: \"127.0.0.1:{number}\" for this machine, \"0.0.0.0:{number}\" for everybody";
            return false;
        }

        var bare = host is ['[', .. var inner, ']'] ? inner : host == "localhost" ? "127.0.0.1" : host;
        if (!IPAddress.TryParse(bare, out var address) || (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6) != host.StartsWith('['))
        {
            fault = "a door has an address, not a name; IPv6 addresses stand in brackets: \"[::1]:8080\"";
            return false;
        }

        door = new DoorAddress(address, number);
        return true;
    }

    public override string ToString() => Address is null ? OffWord : new IPEndPoint(Address, Port).ToString();
}
