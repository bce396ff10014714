using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gantry.Proxy.Routing;

/// <summary>
/// The host that a request is for, in the one form in which hosts are compared: lower case, without port and trailing
/// dot, IPv6 addresses shortened and in brackets. The grammar is that of RFC 9110 section 7.2 narrowed to what can name a
/// machine: labels of letters, digits, <c>-</c> and <c>_</c>, or an address.
/// </summary>
public static class HostName
{
    private const int MaxLength = 253;
    private const int MaxLabelLength = 63;

    /// <summary>Reads the value of a <c>Host</c> header (or <c>:authority</c>), with or without a port.</summary>
    /// <param name="value">The header's value.</param>
    /// <param name="host">The normalised host, where the answer is true.</param>
    /// <returns>False where the value names no host; such a request deserves 400.</returns>
    public static bool TryParse(string? value, [NotNullWhen(true)] out string? host)
    {
        host = null;
        if (string.IsNullOrEmpty(value))
        {
            return false;
        }

        return value[0] == '[' ? TryParseBracketed(value, out host) : TryParseName(value, out host);
    }

    private static bool TryParseBracketed(string value, [NotNullWhen(true)] out string? host)
    {
        host = null;
        var end = value.IndexOf(']', StringComparison.Ordinal);
        if (end < 0 || !IsPortSuffix(value.AsSpan(end + 1)))
        {
            return false;
        }

        // A zone ("%eth0") means something only on the machine that wrote it.
        var inside = value.AsSpan(1, end - 1);
        if (inside.Contains('%') || !IPAddress.TryParse(inside, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        host = $"[{address}]";
        return true;
    }

    private static bool TryParseName(string value, [NotNullWhen(true)] out string? host)
    {
        host = null;
        var name = value.AsSpan();
        var colon = name.IndexOf(':');
        if (colon >= 0)
        {
            if (!IsPortSuffix(name[colon..]))
            {
                return false;
            }

            name = name[..colon];
        }

        if (name.EndsWith("."))
        {
            name = name[..^1];
        }

        if (name.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (var label in name.Split('.'))
        {
            if (!IsLabel(name[label]))
            {
                return false;
            }
        }

        host = name.ToString().ToLowerInvariant();
        return true;
    }

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.Length is 0 or > MaxLabelLength)
        {
            return false;
        }

        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Nothing, or a colon and a port; RFC 3986 allows the port to be empty.</summary>
    private static bool IsPortSuffix(ReadOnlySpan<char> suffix) =>
        suffix.IsEmpty
        || (suffix[0] == ':' && (suffix.Length == 1 || ushort.TryParse(suffix[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _)));
}
