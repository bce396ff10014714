using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Proxy.Forwarding;

/// <summary>The path and query that a destination is asked for.</summary>
internal static class RequestTarget
{
    /// <summary>
    /// What the client wrote, byte for byte, so that encodings survive (<c>%2F</c>, <c>%41</c>, <c>+</c>); only where its
    /// path has dot segments, plain or encoded, the normalised path that the route was chosen by: the destination must not
    /// see another path than the router saw.
    /// </summary>
    public static string Of(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        var asWritten = raw is not null && raw.StartsWith('/') && !HasDotSegments(raw.AsSpan(0, PathLength(raw)));
        return Escape(asWritten ? raw! : context.Request.Path.ToUriComponent() + context.Request.QueryString.Value);
    }

    private static int PathLength(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target.Length : query;
    }

    private static bool HasDotSegments(ReadOnlySpan<char> path)
    {
        foreach (var segment in path.Split('/'))
        {
            var text = path[segment];
            if (text.Length is > 0 and <= 6 && text.ToString().Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The address is used without being parsed again, so what could end or split the request line is encoded here.</summary>
    private static string Escape(string target)
    {
        if (!target.AsSpan().ContainsAnyExceptInRange('!', '~') && !target.Contains('#', StringComparison.Ordinal))
        {
            return target;
        }

        var escaped = new StringBuilder(target.Length + 16);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in target.EnumerateRunes())
        {
            if (rune.Value is > ' ' and <= '~' and not '#')
            {
                escaped.Append((char)rune.Value);
                continue;
            }

            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return escaped.ToString();
    }
}
