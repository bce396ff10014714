using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Gantry.Bench.Supervisors;

/// <summary>Asks a daemon by the socket in its home.</summary>
internal sealed class HomeClient(string socketPath) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectCallback = (_, ct) => ConnectAsync(socketPath, ct) }) { BaseAddress = new Uri("http://localhost") };

    public async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task<JsonElement> GetAsync(string path, CancellationToken ct)
    {
        using var document = JsonDocument.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative), ct));
        return document.RootElement.Clone();
    }

    /// <summary>The data of each event, from the next one on.</summary>
    public async IAsyncEnumerable<JsonElement> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var stream = await _http.GetStreamAsync(new Uri("/api/events", UriKind.Relative), ct);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            const string data = "data: ";
            if (line.StartsWith(data, StringComparison.Ordinal))
            {
                using var document = JsonDocument.Parse(line[data.Length..]);
                yield return document.RootElement.Clone();
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
