using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Proxy.Forwarding;

/// <summary>The client's body on its way to the destination: read only as fast as it is taken, and flushed as it comes.</summary>
internal sealed class RequestBody : HttpContent
{
    private const int BufferSize = 16 * 1024;

    /// <summary>What curl asks from, too (CURLOPT_EXPECT_100_TIMEOUT_MS): less is sent sooner than asked about.</summary>
    private const long AskFrom = 1 << 20;

    /// <summary>
    /// A body with a length must be written to its end, if only to nowhere: a thousand steps of this size for each
    /// gigabyte. Who announces more than this is not worth them: it costs a word to announce, and us the steps.
    /// </summary>
    private const int FillSize = 1 << 20;
    private const long MaxFill = 1L << 36;

    private readonly Stream _source;
    private readonly Action _onProgress;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;

    private RequestBody(Stream source, Action onProgress)
    {
        _source = source;
        _onProgress = onProgress;
    }

    /// <summary>Why the client's body could not be read, where that is why the request failed.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Completes once nothing reads the client's body any more.</summary>
    public Task Ended => HasBegun ? _ended.Task : Task.CompletedTask;

    /// <summary>Whether any of it was asked for; while not, it may be sent to somebody else, or again.</summary>
    public bool HasBegun => Volatile.Read(ref _begun) != 0;

    /// <summary>The request's body, or null where it can have none.</summary>
    public static RequestBody? Of(HttpContext context, Action onProgress)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return null;
        }

        // With a length it is sent by length, else in chunks: never both, whatever the client wrote.
        var body = new RequestBody(context.Request.Body, onProgress);
        body.Headers.ContentLength = context.Request.ContentLength;
        return body;
    }

    /// <summary>
    /// Whether the destination should be asked first (RFC 9110 section 10.1.1): only then does the client below us read
    /// an answer while the body is still to come. Not for what is small. A body without a length may be anything, and
    /// comes from programs that stream.
    /// </summary>
    public static bool IsWorthAsking(HttpRequest request) => request.ContentLength is not <= AskFrom;

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _begun, 1);
        try
        {
            await CopyAsync(stream, cancellationToken);
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private async Task CopyAsync(Stream stream, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        long taken = 0;
        try
        {
            while (await ReadAsync(buffer, ct) is var read and > 0)
            {
                // Counted before it is written: the length counts what was tried, too.
                taken += read;
                await stream.WriteAsync(buffer.AsMemory(0, read), ct);
                await stream.FlushAsync(ct);
                _onProgress();
            }
        }
        catch (DestinationHungUpException) when (Headers.ContentLength is not { } length || length - taken <= MaxFill)
        {
            // Nobody takes the rest; whether there is an answer is read next, and that is what the client is told.
            await FillAsync(stream, (Headers.ContentLength ?? taken) - taken, ct);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task FillAsync(Stream stream, long left, CancellationToken ct)
    {
        var nothing = left > 0 ? new byte[Math.Min(left, FillSize)] : [];
        for (; left > 0; left -= Math.Min(left, FillSize))
        {
            ct.ThrowIfCancellationRequested();
            await stream.WriteAsync(nothing.AsMemory(0, (int)Math.Min(left, FillSize)), ct);
        }
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken ct)
    {
        try
        {
            return await _source.ReadAsync(buffer, ct);
        }
        catch (IOException exception)
        {
            // BadHttpRequestException and ConnectionResetException are both of this kind.
            Failure = exception;
            throw;
        }
    }
}
