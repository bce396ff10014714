using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Gantry.Proxy.Forwarding;

/// <summary>
/// What a destination is told of the connection that it does not see: <c>Forwarded</c> (RFC 7239), its older
/// <c>X-Forwarded-*</c> forms, and <c>Via</c>. No peer is trusted, so what a client says of itself in these is dropped.
/// </summary>
internal static class ForwardedHeaders
{
    /// <summary>Who we are in <c>Via</c>, which RFC 9110 section 7.6.3 demands of a gateway.</summary>
    private const string Pseudonym = "gantry";

    /// <summary>Whether a client's field of this name is dropped.</summary>
    public static bool IsClaim(string name)
    {
        // CGI, WSGI and Rack turn '-' into '_', so to them X_Forwarded_For is the same field.
        var plain = name.Contains('_', StringComparison.Ordinal) ? name.Replace('_', '-') : name;
        return plain.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
            || plain.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
            || plain.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase);
    }

    public static void Add(HttpContext context, HttpRequestHeaders headers)
    {
        var client = ClientOf(context.Connection.RemoteIpAddress);
        var host = context.Request.Headers.Host.ToString();
        var scheme = context.Request.Scheme;
        if (client is not null)
        {
            headers.TryAddWithoutValidation("X-Forwarded-For", client.ToString());
        }

        headers.TryAddWithoutValidation("X-Forwarded-Proto", scheme);
        if (host.Length > 0)
        {
            headers.TryAddWithoutValidation("X-Forwarded-Host", host);
        }

        headers.TryAddWithoutValidation("Forwarded", $"for={Node(client)};{(host.Length > 0 ? $"host=\"{host}\";" : "")}proto={scheme}");
        headers.TryAddWithoutValidation("Via", $"{Version(context.Request.Protocol)} {Pseudonym}");
    }

    private static IPAddress? ClientOf(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    /// <summary>RFC 7239 section 6: IPv6 in brackets and quotes; <c>unknown</c> for a Unix socket.</summary>
    private static string Node(IPAddress? client) => client switch
    {
        null => "unknown",
        { AddressFamily: AddressFamily.InterNetworkV6 } => $"\"[{client}]\"",
        _ => client.ToString(),
    };

    private static string Version(string protocol) => HttpProtocol.IsHttp10(protocol) ? "1.0" : HttpProtocol.IsHttp2(protocol) ? "2" : HttpProtocol.IsHttp3(protocol) ? "3" : "1.1";
}
