using System.Net;
using System.Text;
using Gantry.Proxy.LoadBalancing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Gantry.Proxy.Forwarding;

/// <summary>
/// Sends a request to a destination and its response back, both as streams with back-pressure. Connections are pooled
/// per destination. Thread-safe; owned, and disposed, by whoever made it.
/// </summary>
public sealed class Forwarder : IDisposable
{
    private readonly ForwarderOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stopping;
    private readonly Lazy<HttpMessageInvoker> _invoker;

    /// <param name="options">Time-outs and limits.</param>
    /// <param name="time">For the time-outs.</param>
    /// <param name="stopping">
    /// Signals that the server is ending. Event streams and tunnels, which have no end of their own, end then; every
    /// other request is served to its end.
    /// </param>
    public Forwarder(ForwarderOptions options, TimeProvider time, CancellationToken stopping = default)
    {
        _options = options;
        _time = time;
        _stopping = stopping;
        // Made at the first request: the client's whole stack is a third of what an idle proxy would weigh.
        _invoker = new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(NewHandler(options)));
    }

    /// <summary>Forwards one request.</summary>
    /// <param name="context">The request and its response.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="ct">The client left; <see cref="HttpContext.RequestAborted"/>.</param>
    /// <returns>
    /// Null where the response is complete. Otherwise what went wrong: where the response has not begun it is as empty as
    /// before, for the caller to fill; where it has, or the client left, the client's connection is already cut.
    /// </returns>
    public async Task<ForwarderError?> SendAsync(HttpContext context, Destination destination, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(_options.ResponseTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        var upgrade = Tunnel.Requested(context);
        var body = upgrade is null ? RequestBody.Of(context, () => patience.CancelAfter(_options.ResponseTimeout)) : null;
        using var request = UpstreamRequest.Create(context, destination, body, upgrade);

        HttpResponseMessage response;
        try
        {
            response = await AskAsync(context, request, body, either.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // The handler may give up while the body is still being read; the request is not ours any more once we return.
            await either.CancelAsync();
            await (body?.Ended ?? Task.CompletedTask);
            return Undo(context, ct.IsCancellationRequested ? ForwarderError.ClientLeft(exception) : OfBody(body) ?? ForwarderError.OfSend(exception));
        }

        using (response)
        {
            var error = await RelayAsync(context, response, upgrade, ct);
            return error is null ? null : Undo(context, error);
        }
    }

    public void Dispose()
    {
        if (_invoker.IsValueCreated)
        {
            _invoker.Value.Dispose();
        }
    }

    /// <summary>Sends the request; where its body is long, asking the destination first whether it wants it.</summary>
    private async Task<HttpResponseMessage> AskAsync(HttpContext context, HttpRequestMessage request, RequestBody? body, CancellationToken ct)
    {
        // A client that asks itself is answered by the destination.
        if (body is null || context.Request.Headers.ContainsKey(HeaderNames.Expect) || !RequestBody.IsWorthAsking(context.Request))
        {
            return await _invoker.Value.SendAsync(request, ct);
        }

        request.Headers.ExpectContinue = true;
        var response = await _invoker.Value.SendAsync(request, ct);
        if (response.StatusCode != HttpStatusCode.ExpectationFailed || body.HasBegun)
        {
            return response;
        }

        // It does not want to be asked: the same again without asking (RFC 9110 section 15.5.18).
        response.Dispose();
        request.Headers.ExpectContinue = null;
        return await _invoker.Value.SendAsync(request, ct);
    }

    private static SocketsHttpHandler NewHandler(ForwarderOptions options) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = options.ConnectTimeout,
        Expect100ContinueTimeout = options.ContinueTimeout,
        PooledConnectionIdleTimeout = options.IdleConnectionTimeout,
        PlaintextStreamFilter = (connection, _) => ValueTask.FromResult<Stream>(new DestinationStream(connection.PlaintextStream)),
        MaxResponseHeadersLength = options.MaxResponseHeadKilobytes,
        // Bytes in, the same bytes out, where the server reads and writes its headers in Latin-1 too.
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
    };

    private static ForwarderError? OfBody(RequestBody? body) => body?.Failure switch
    {
        null => null,
        BadHttpRequestException bad => new ForwarderError(ForwarderErrorKind.InvalidRequest, bad.StatusCode, bad),
        var lost => ForwarderError.ClientLeft(lost),
    };

    private static ForwarderError Undo(HttpContext context, ForwarderError error)
    {
        if (context.Response.HasStarted || error.Kind == ForwarderErrorKind.ClientLeft)
        {
            context.Abort();
        }
        else
        {
            context.Response.Clear();
        }

        return error;
    }

    private async Task<ForwarderError?> RelayAsync(HttpContext context, HttpResponseMessage response, string? upgrade, CancellationToken ct)
    {
        var switches = (int)response.StatusCode == StatusCodes.Status101SwitchingProtocols;
        if ((switches && upgrade is null) || !ResponseHead.TryCopy(response, context.Response))
        {
            return ForwarderError.InvalidResponse();
        }

        if (switches)
        {
            return await SwitchAsync(context, response, ct);
        }

        if (!ResponseBody.IsExpected(context))
        {
            return null;
        }

        return IsEventStream(response) ? await FollowAsync(context, response, ct) : await ResponseBody.CopyAsync(response, context, ct);
    }

    private async Task<ForwarderError?> SwitchAsync(HttpContext context, HttpResponseMessage response, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, _stopping);
        context.Response.Headers.Upgrade = response.Headers.Upgrade.ToString();
        await using var destination = await response.Content.ReadAsStreamAsync(ct);
        await using var client = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        await Tunnel.RunAsync(client, destination, end.Token);
        return null;
    }

    private async Task<ForwarderError?> FollowAsync(HttpContext context, HttpResponseMessage response, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, _stopping);
        var error = await ResponseBody.CopyAsync(response, context, end.Token);

        // Ended by us and not by the client: a proper end, after which clients of event streams come back.
        return _stopping.IsCancellationRequested && !ct.IsCancellationRequested ? null : error;
    }

    private static bool IsEventStream(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues(HeaderNames.ContentType, out var type)
        && type.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
}
