using System.Net.ServerSentEvents;
using Gantry.FunctionalTests.Harness;
using Xunit;

namespace Gantry.FunctionalTests.Api;

internal sealed record ServerEvent(string? Id, string Kind, string Data);

/// <summary>A reader of one stream of events, one at a time, with a deadline for each.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private EventReader(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> items) => (_response, _items) = (response, items);

    public static async Task<EventReader> OpenAsync(GantryHome home, string path, string? lastEventId, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        var response = await home.Client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        Assert.True(response.IsSuccessStatusCode, $"{path} answered {response.StatusCode}");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(ct));
        return new EventReader(response, parser.EnumerateAsync(ct).GetAsyncEnumerator(ct));
    }

    public async Task<ServerEvent> NextAsync(CancellationToken ct)
    {
        var next = await _items.MoveNextAsync().AsTask().WaitAsync(Eventually.Deadline, TimeProvider.System, ct);
        Assert.True(next, "the stream of events has ended");
        return new ServerEvent(_items.Current.EventId, _items.Current.EventType, _items.Current.Data);
    }

    /// <summary>Reads to the end of the present state and returns the number that it is of.</summary>
    public async Task<string> PassPresentAsync(CancellationToken ct)
    {
        var one = await NextAsync(ct);
        while (one.Kind != "present")
        {
            one = await NextAsync(ct);
        }

        return one.Id!;
    }

    public void Dispose() => _response.Dispose();
}
