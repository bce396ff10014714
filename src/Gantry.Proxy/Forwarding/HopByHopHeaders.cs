using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace Gantry.Proxy.Forwarding;

/// <summary>Header fields that belong to one connection and end with it (RFC 9110 sections 7.6.1 and 11.7).</summary>
internal static class HopByHopHeaders
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection",
        "Keep-Alive",
        "Proxy-Authenticate",
        "Proxy-Authentication-Info",
        "Proxy-Authorization",
        "Proxy-Connection",
        "TE",
        "Transfer-Encoding",
        "Upgrade",
        "HTTP2-Settings");

    /// <param name="name">The field's name.</param>
    /// <param name="connection">The fields that <c>Connection</c> names in the same message.</param>
    public static bool Contains(string name, IReadOnlyCollection<string> connection) =>
        Names.Contains(name) || (connection.Count > 0 && connection.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// The fields that a <c>Connection</c> header declares hop-by-hop. Of a request these are not always all: where
    /// <c>close</c>, <c>keep-alive</c> or <c>upgrade</c> is among the names, Kestrel shows that one alone.
    /// </summary>
    public static IReadOnlyCollection<string> Named(StringValues connection)
    {
        // What nearly every connection says declares nothing.
        if (connection.Count == 0 || (connection.Count == 1 && IsPlain(connection[0])))
        {
            return [];
        }

        return [.. connection.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
    }

    private static bool IsPlain(string? value) =>
        string.Equals(value, "keep-alive", StringComparison.OrdinalIgnoreCase) || string.Equals(value, "close", StringComparison.OrdinalIgnoreCase);
}
