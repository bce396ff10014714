using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Gantry.Proxy.Forwarding;

/// <summary>The destination's body on its way to the client: each piece is sent on before the next one is read.</summary>
internal static class ResponseBody
{
    private const int BufferSize = 32 * 1024;

    /// <summary>Whether a response to this request with this status has a body (RFC 9112 section 6.3).</summary>
    public static bool IsExpected(HttpContext context) =>
        !HttpMethods.IsHead(context.Request.Method)
        && context.Response.StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified);

    /// <summary>Copies to the end.</summary>
    /// <param name="from">The destination's response.</param>
    /// <param name="context">The client's request, whose response has its head.</param>
    /// <param name="ct">The client left.</param>
    public static async Task<ForwarderError?> CopyAsync(HttpResponseMessage from, HttpContext context, CancellationToken ct)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var source = await from.Content.ReadAsStreamAsync(ct);
        try
        {
            while (await ReadAsync(source, buffer, context.Response, ct) is var read and > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), ct);
            }
        }
        catch (OperationCanceledException exception)
        {
            return ForwarderError.ClientLeft(exception);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return ct.IsCancellationRequested
                ? ForwarderError.ClientLeft(exception)
                : new ForwarderError(ForwarderErrorKind.ResponseCut, StatusCodes.Status502BadGateway, exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        CopyTrailers(from, context.Response);
        return null;
    }

    private static async ValueTask<int> ReadAsync(Stream source, byte[] buffer, HttpResponse response, CancellationToken ct)
    {
        var reading = source.ReadAsync(buffer, ct);
        if (reading.IsCompleted || response.HasStarted)
        {
            return await reading;
        }

        // The body lets us wait: the client gets the head in the meantime, which is all that opens an event stream. The
        // buffer is in use until the reading has ended, whatever becomes of the flush.
        var pending = reading.AsTask();
        try
        {
            await response.Body.FlushAsync(ct);
        }
        finally
        {
            await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await pending;
    }

    private static void CopyTrailers(HttpResponseMessage from, HttpResponse to)
    {
        if (!to.SupportsTrailers())
        {
            return;
        }

        foreach (var (name, values) in from.TrailingHeaders.NonValidated)
        {
            to.AppendTrailer(name, new StringValues([.. values]));
        }
    }
}
