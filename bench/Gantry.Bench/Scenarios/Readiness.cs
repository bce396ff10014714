using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>
/// A process writes down the moment at which it began to listen. Where it tells nobody, Gantry has to find out; where it
/// tells, Gantry (health = { notify = true }) stands beside pm2 (wait_ready). supervisord has no notion of ready.
/// </summary>
internal static class Readiness
{
    private const string Name = "ready";

    private const string FoundNote = "The service tells nobody: Gantry looks for the listening socket every 10 ms. No peer here looks.";

    private const string ToldNote = "The service itself says that it is ready: by sd_notify(3) to Gantry, by Node.js's channel to pm2, which takes no other way. "
        + "Gantry's is a program of .NET, pm2's one of Node.js; each notes the moment at which it listens, and then tells.";

    /// <summary>Listening is put off by these in turn, so that it does not always fall on the same point between two looks.</summary>
    private static readonly int[] DelaysMilliseconds = [0, 137, 61, 113, 29, 83, 151, 7, 97, 43];

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        var found = new Collectors("found by looking", FoundNote);
        var told = new Collectors("told by the service", ToldNote);
        var supervisors = bench.Supervisors().Where(supervisor => supervisor is GantrySupervisor or Pm2Supervisor).ToList();
        try
        {
            foreach (var supervisor in supervisors)
            {
                await supervisor.StartAsync(ct);
            }

            // The first round warms caches and compilers and is not counted.
            for (var round = -1; round < bench.Options.Rounds; round++)
            {
                var delay = DelaysMilliseconds[(round + DelaysMilliseconds.Length) % DelaysMilliseconds.Length];
                foreach (var supervisor in supervisors)
                {
                    if (supervisor is GantrySupervisor)
                    {
                        found.Add(supervisor, await TimeAsync(bench, supervisor, announces: false, delay, ct), counts: round >= 0);
                    }

                    told.Add(supervisor, await TimeAsync(bench, supervisor, announces: true, delay, ct), counts: round >= 0);
                }
            }
        }
        finally
        {
            foreach (var supervisor in supervisors)
            {
                await supervisor.DisposeAsync();
            }
        }

        return [.. found.Finish(), .. told.Finish()];
    }

    private static async Task<Lag> TimeAsync(Workbench bench, ISupervisor supervisor, bool announces, int delay, CancellationToken ct)
    {
        var node = NodeListener.Create(bench, delay);
        var service = supervisor is GantrySupervisor
            ? new Service("web", Workbench.Subject("listen", node.Record, delay.ToString(CultureInfo.InvariantCulture))) { Port = node.Port, Announces = announces }
            : node.AsService("web", announces);
        var setup = await supervisor.PrepareAsync("ready", [service], ct);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ready = supervisor is GantrySupervisor gantry ? FirstReadyAsync(gantry.Client, watching.Token) : Task.FromResult<DateTimeOffset?>(null);
        await setup.Up.RunAsync(ct);
        var back = TimeProvider.System.GetUtcNow();
        await Until.TrueAsync(() => File.Exists(node.Record), "the service has noted when it listened", ct);
        var listening = Moment.Read(node.Record);
        var readyAt = await ready;
        await setup.Down.RunAsync(ct);
        return new Lag(setup.Up.Line, back - listening, readyAt - listening);
    }

    /// <summary>The time of the first event from now on that calls a service ready.</summary>
    private static async Task<DateTimeOffset?> FirstReadyAsync(HomeClient client, CancellationToken ct)
    {
        var began = TimeProvider.System.GetUtcNow();
        await foreach (var happened in client.WatchAsync(ct))
        {
            if (happened.TryGetProperty("service", out var service) && service.ValueKind == JsonValueKind.Object && service.GetProperty("ready").GetBoolean()
                && happened.GetProperty("time").GetDateTimeOffset() is var time && time > began)
            {
                return time;
            }
        }

        return null;
    }

    /// <param name="Command">Whose return it is.</param>
    /// <param name="Returned">From listening until the command has returned.</param>
    /// <param name="Said">From listening to the time of the event, where there are events.</param>
    private sealed record Lag(string Command, TimeSpan Returned, TimeSpan? Said);

    private sealed class Collectors(string how, string note)
    {
        private readonly Collector _said = new(Name, $"from listening to ready, {how}, by the event's time", "ms") { Budget = "< 100 ms", Note = note };
        private readonly Collector _returned = new(Name, $"from listening to the command's return, {how}", "ms") { Note = note };

        public void Add(ISupervisor supervisor, Lag lag, bool counts)
        {
            if (!counts)
            {
                return;
            }

            _returned.Add(supervisor.Who, lag.Command, lag.Returned.TotalMilliseconds);
            if (lag.Said is { } said)
            {
                _said.Add(supervisor.Who, "GET /api/events", said.TotalMilliseconds);
            }
        }

        public ImmutableArray<Figure> Finish() => Collector.Finish(_said, _returned);
    }
}
