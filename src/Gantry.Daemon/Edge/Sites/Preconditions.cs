using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Gantry.Daemon.Edge.Sites;

internal enum Precondition
{
    /// <summary>Send it.</summary>
    Holds,

    /// <summary>304: the client has it.</summary>
    NotModified,

    /// <summary>412: the client wants another version than there is.</summary>
    Failed,
}

/// <summary>Conditional requests for a file, in the order of RFC 9110 section 13.2.2.</summary>
internal static class Preconditions
{
    public static Precondition Evaluate(RequestHeaders request, SiteFile file)
    {
        if (request.IfMatch.Count > 0)
        {
            if (!Any(request.IfMatch, file, strongly: true))
            {
                return Precondition.Failed;
            }
        }
        else if (request.IfUnmodifiedSince is { } unmodifiedSince && file.LastModified > unmodifiedSince)
        {
            return Precondition.Failed;
        }

        // A client that sends its tag back does so in whatever form caches on the way have given it: compared weakly.
        if (request.IfNoneMatch.Count > 0)
        {
            return Any(request.IfNoneMatch, file, strongly: false) ? Precondition.NotModified : Precondition.Holds;
        }

        return request.IfModifiedSince is { } modifiedSince && file.LastModified <= modifiedSince ? Precondition.NotModified : Precondition.Holds;
    }

    /// <summary>
    /// The part that a request asks for (RFC 9110 section 14): null for the whole, which is also the answer to a range that
    /// is malformed, in another unit, one of several, or conditional upon another version.
    /// </summary>
    /// <returns>First byte and count; a count of 0 where the file has no such part (416).</returns>
    public static (long Offset, long Count)? RangeOf(HttpRequest request, RequestHeaders headers, SiteFile file)
    {
        if (!HttpMethods.IsGet(request.Method) || headers.Range is not { Ranges.Count: 1 } range || !range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase) || !Permits(headers.IfRange, file))
        {
            return null;
        }

        var wanted = range.Ranges.Single();
        if (wanted.From is not { } from)
        {
            var count = Math.Min(wanted.To ?? 0, file.Length);
            return (file.Length - count, count);
        }

        var last = Math.Min(wanted.To ?? long.MaxValue, file.Length - 1);
        return from > last ? (0, 0) : (from, last - from + 1);
    }

    private static bool Permits(RangeConditionHeaderValue? condition, SiteFile file) => condition switch
    {
        null => true,
        { EntityTag: { } tag } => tag.Compare(file.ETag, useStrongComparison: true),
        _ => condition.LastModified == file.LastModified,
    };

    private static bool Any(IList<EntityTagHeaderValue> tags, SiteFile file, bool strongly) =>
        tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(file.ETag, strongly));
}
