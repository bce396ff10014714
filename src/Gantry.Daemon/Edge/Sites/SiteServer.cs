using System.Buffers;
using System.Globalization;
using Gantry.Daemon.Edge.Pages;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Gantry.Daemon.Edge.Sites;

/// <summary>Serves the files of a folder.</summary>
internal static class SiteServer
{
    private const int BufferSize = 64 * 1024;

    /// <param name="context">The request.</param>
    /// <param name="root">Absolute path of the folder.</param>
    /// <param name="ct">The client left.</param>
    public static async Task ServeAsync(HttpContext context, string root, CancellationToken ct)
    {
        var (request, response) = (context.Request, context.Response);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            await EdgeAnswers.MethodNotAllowedAsync(context, ct);
            return;
        }

        var path = request.Path.Value ?? "";
        switch (SitePath.Find(root, path, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget))
        {
            case SitePath.FolderWithoutSlash:
                response.StatusCode = StatusCodes.Status301MovedPermanently;
                response.Headers.CacheControl = "no-cache";
                response.Headers.Location = request.Path.ToUriComponent() + "/" + request.QueryString.ToUriComponent();
                return;
            case SitePath.File found when SiteFile.Open(found.Path) is { } file:
                using (file)
                {
                    await SendAsync(context, file, ContentTypes.Of(found.Path), ct);
                }

                return;
            default:
                await EdgeAnswers.NotFoundAsync(context, ct);
                return;
        }
    }

    private static async Task SendAsync(HttpContext context, SiteFile file, string contentType, CancellationToken ct)
    {
        var (request, response) = (context.Request, context.Response);
        var headers = request.GetTypedHeaders();
        response.Headers.ETag = file.ETag.ToString();
        response.Headers.LastModified = HeaderUtilities.FormatDate(file.LastModified);

        // Kept by browsers, and asked about every time: a file that was saved is a file that is seen.
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        switch (Preconditions.Evaluate(headers, file))
        {
            case Precondition.NotModified:
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            case Precondition.Failed:
                response.StatusCode = StatusCodes.Status412PreconditionFailed;
                response.ContentLength = 0;
                return;
        }

        response.Headers.AcceptRanges = "bytes";
        var range = Preconditions.RangeOf(request, headers, file);
        if (range is { Count: 0 })
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{file.Length}");
            response.ContentLength = 0;
            return;
        }

        var (offset, count) = range ?? (0, file.Length);
        if (range is not null)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{offset + count - 1}/{file.Length}");
        }

        response.ContentType = contentType;
        response.ContentLength = count;
        if (HttpMethods.IsGet(request.Method))
        {
            await CopyAsync(file, offset, count, context, ct);
        }
    }

    private static async Task CopyAsync(SiteFile file, long offset, long count, HttpContext context, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferSize, Math.Max(count, 1)));
        try
        {
            for (var left = count; left > 0;)
            {
                var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), offset + count - left, ct);
                if (read == 0)
                {
                    // It was cut short while it was sent, and its length is already told.
                    context.Abort();
                    return;
                }

                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), ct);
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
