using System.Globalization;
using System.Text.Json;

namespace Gantry.FunctionalTests.Harness;

/// <summary>What an HTTP server answered.</summary>
internal sealed record WebAnswer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Body);
        return document.RootElement.Clone();
    }

    public int Number(string name) => Json().GetProperty(name).GetInt32();

    public string? Text(string name) => Json().TryGetProperty(name, out var value) ? value.GetString() : null;
}

/// <summary>A client that keeps no connection: each request shows where a new one leads.</summary>
internal static class Web
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.Zero })
    {
        Timeout = Patience,
    };

    public static Task<WebAnswer> GetAsync(string url, CancellationToken ct, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, url, ct, headers);

    /// <summary>Sends a request without a body; any status is an answer.</summary>
    public static async Task<WebAnswer> SendAsync(HttpMethod method, string url, CancellationToken ct, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request, ct);
        var all = response.Headers.Concat(response.Content.Headers);
        return new WebAnswer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(ct),
            all.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Asks the edge as a browser does that was given a name: the name is in Host, the connection goes to the door.</summary>
    public static Task<WebAnswer> GetFromEdgeAsync(string door, string host, string path, CancellationToken ct, params (string Name, string Value)[] headers)
    {
        var port = door[(door.LastIndexOf(':') + 1)..];
        return GetAsync(string.Create(CultureInfo.InvariantCulture, $"http://{door}{path}"), ct, [("Host", $"{host}:{port}"), .. headers]);
    }
}
