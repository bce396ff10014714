using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Proxy.Forwarding;

/// <summary>Two streams that speak a protocol which is none of our business, such as WebSocket, after <c>101 Switching Protocols</c>.</summary>
internal static class Tunnel
{
    private const int BufferSize = 8 * 1024;

    /// <summary>
    /// The protocol that a request asks to change to, or null. HTTP/2 in clear text is not among them: whoever got that
    /// would speak to the destination past every route.
    /// </summary>
    public static string? Requested(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true })
        {
            return null;
        }

        var protocol = context.Request.Headers.Upgrade.ToString();
        var isHttp = protocol.Split(',', StringSplitOptions.TrimEntries).Any(token => token.StartsWith("h2c", StringComparison.OrdinalIgnoreCase) || token.StartsWith("HTTP/", StringComparison.OrdinalIgnoreCase));
        return protocol.Length == 0 || isHttp ? null : protocol;
    }

    /// <summary>Carries both directions until one of them ends, which ends the other.</summary>
    public static async Task RunAsync(Stream client, Stream destination, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var sending = CopyAsync(client, destination, end.Token);
        var receiving = CopyAsync(destination, client, end.Token);
        await Task.WhenAny(sending, receiving);
        await end.CancelAsync();
        await Task.WhenAll(sending, receiving);
    }

    /// <summary>Copies until the source ends or either side breaks, which is how tunnels end too.</summary>
    private static async Task CopyAsync(Stream from, Stream to, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await from.ReadAsync(buffer, ct) is var read and > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), ct);
                await to.FlushAsync(ct);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
