using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;

namespace Gantry.FunctionalTests.Harness;

/// <summary>The API of one home's daemon, over its socket. Answers are taken as plain JSON: the wire is what is tested.</summary>
internal sealed class HomeClient(string socketPath) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectCallback = (_, ct) => ConnectAsync(socketPath, ct), UseProxy = false })
    {
        BaseAddress = new Uri("http://localhost"),
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>For requests that the methods below do not cover.</summary>
    public HttpClient Http => _http;

    /// <summary>Whether a daemon answers and has taken over; false where there is none.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            using var answer = await _http.GetAsync("/health/ready", ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The answer of a GET; fails where it is no success.</summary>
    public Task<JsonElement> GetAsync(string path, CancellationToken ct) => _http.GetFromJsonAsync<JsonElement>(path, ct);

    /// <summary>The answer of a POST, whatever its status.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, object? body, CancellationToken ct) => _http.PostAsJsonAsync(path, body, ct);

    public Task<HttpResponseMessage> DeleteAsync(string path, CancellationToken ct) => _http.DeleteAsync(path, ct);

    /// <summary>A WebSocket, as any client opens one.</summary>
    public async Task<ClientWebSocket> SocketAsync(string path, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(new Uri("ws://localhost" + path), _http, ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
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
