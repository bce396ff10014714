using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>
/// A process writes down the moment at which it began to listen. Gantry is not told and has to find out; pm2 is told,
/// by the process itself (wait_ready). supervisord has no notion of ready.
/// </summary>
internal static class Readiness
{
    private const string Name = "ready";

    /// <summary>Listening is put off by these in turn, so that it does not always fall on the same point between two looks.</summary>
    private static readonly int[] DelaysMilliseconds = [0, 137, 61, 113, 29, 83, 151, 7, 97, 43];

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        var said = new Collector(Name, "from listening to ready, by the event's time", "ms") { Budget = "< 100 ms" };
        var returned = new Collector(Name, "from listening to the command's return", "ms");
        var supervisors = bench.Supervisors().Where(supervisor => supervisor is GantrySupervisor or Pm2Supervisor).ToList();
        try
        {
            foreach (var supervisor in supervisors)
            {
                await supervisor.StartAsync(ct);
            }

            for (var round = -1; round < bench.Options.Rounds; round++)
            {
                var delay = DelaysMilliseconds[(round + DelaysMilliseconds.Length) % DelaysMilliseconds.Length];
                foreach (var supervisor in supervisors)
                {
                    var record = Path.Combine(bench.NewFolder("r"), "listening");
                    var service = new Service("web", supervisor is GantrySupervisor ? Workbench.Subject("listen", record, Text(delay)) : Node(bench, record, delay)) { Port = Services.FreePort() };
                    var setup = await supervisor.PrepareAsync("ready", [service], ct);
                    using var watching = CancellationTokenSource.CreateLinkedTokenSource(ct);
                    var ready = supervisor is GantrySupervisor gantry ? FirstReadyAsync(gantry.Client, watching.Token) : Task.FromResult<DateTimeOffset?>(null);
                    await setup.Up.RunAsync(ct);
                    var back = TimeProvider.System.GetUtcNow();
                    var listening = Moment.Read(record);
                    var readyAt = await ready;
                    await setup.Down.RunAsync(ct);
                    if (round < 0)
                    {
                        continue;
                    }

                    returned.Add(supervisor.Name, setup.Up.Line, (back - listening).TotalMilliseconds);
                    if (readyAt is { } at)
                    {
                        said.Add(supervisor.Name, "GET /api/events", (at - listening).TotalMilliseconds);
                    }
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

        return Collector.Finish(said, returned);
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

    /// <summary>The same for Node.js, which is what pm2's wait_ready needs.</summary>
    private static Command Node(Workbench bench, string record, int delay)
    {
        var script = Path.Combine(bench.NewFolder("n"), "listen.js");
        File.WriteAllText(script, """
            const fs = require('fs'), net = require('net'), [, , record, delay] = process.argv;
            setTimeout(() => net.createServer(socket => socket.end()).listen(process.env.PORT, '127.0.0.1', () => {
              fs.writeFileSync(record, String(Math.round((performance.timeOrigin + performance.now()) * 1000)));
              if (process.send) process.send('ready');
            }), Number(delay));
            process.on('SIGINT', () => process.exit(0));
            """);
        return new Command("node", [script, record, Text(delay)]);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
