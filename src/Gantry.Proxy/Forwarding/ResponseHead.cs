using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gantry.Proxy.Forwarding;

/// <summary>Status and header fields on their way to the client.</summary>
internal static class ResponseHead
{
    /// <summary>Copies the head. False where it contradicts itself or could not be written again: then nothing of it may be used.</summary>
    public static bool TryCopy(HttpResponseMessage from, HttpResponse to)
    {
        if (!IsSound(from))
        {
            return false;
        }

        to.StatusCode = (int)from.StatusCode;
        var connection = HopByHopHeaders.Named(ToValues(from.Headers.NonValidated, HeaderNames.Connection));
        try
        {
            Copy(from.Headers.NonValidated, to.Headers, connection);
            Copy(from.Content.Headers.NonValidated, to.Headers, connection);
        }
        catch (InvalidOperationException)
        {
            // Kestrel refuses control characters.
            return false;
        }

        // A body in chunks has no length, whatever the destination says besides: repeating both is how requests and
        // responses are smuggled (RFC 9112 section 6.3). 204 and 205 have none either.
        if (from.Headers.TransferEncodingChunked != true && to.StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent))
        {
            to.ContentLength = from.Content.Headers.ContentLength;
        }

        return true;
    }

    private static bool IsSound(HttpResponseMessage response)
    {
        // Other codings than a final "chunked" are not undone below us, and the length must be one number.
        var coding = ToValues(response.Headers.NonValidated, HeaderNames.TransferEncoding);
        var length = ToValues(response.Content.Headers.NonValidated, HeaderNames.ContentLength);
        return (coding.Count == 0 || (coding.Count == 1 && string.Equals(coding[0], "chunked", StringComparison.OrdinalIgnoreCase)))
            && (length.Count == 0 || (length.Count == 1 && response.Content.Headers.ContentLength is not null));
    }

    private static void Copy(HttpHeadersNonValidated from, IHeaderDictionary to, IReadOnlyCollection<string> connection)
    {
        foreach (var (name, values) in from)
        {
            if (!HopByHopHeaders.Contains(name, connection) && !name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase))
            {
                to[name] = ToValues(values);
            }
        }
    }

    private static StringValues ToValues(HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out var values) ? ToValues(values) : StringValues.Empty;

    private static StringValues ToValues(HeaderStringValues values) => values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
}
