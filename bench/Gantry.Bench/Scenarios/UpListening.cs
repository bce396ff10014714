using System.Collections.Immutable;
using System.Globalization;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>
/// Ten services of Node.js that listen, which is what teams run. Whoever's command returns before they do is timed until
/// they do, so that nobody gains by not looking.
/// </summary>
internal static class UpListening
{
    private const string Note = "Timed until the command has returned and all ten listen. Gantry returns when it has seen each of them listening, pm2 with wait_ready when each has told it, two at a time; "
        + "pm2 without it and supervisord (startsecs=0) do not know whether they listen, foreman, concurrently and the shell are timed until each has said so on its output. "
        + "The shell is what starting ten of them costs without anybody.";

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        if (!NodeListener.CanRun)
        {
            throw new MeasuringException("Node.js is not installed");
        }

        var up = new Collector("listening", "up, ten listening services, warm", "ms") { Note = Note };
        var supervisors = bench.Supervisors();
        try
        {
            var entries = new List<Entry>();
            foreach (var supervisor in supervisors)
            {
                await supervisor.StartAsync(ct);
                entries.Add(await PrepareAsync(bench, supervisor, supervisor.Who, announces: false, ct));
                if (supervisor is Pm2Supervisor)
                {
                    entries.Add(await PrepareAsync(bench, supervisor, supervisor.Who.With("with wait_ready"), announces: true, ct));
                }
            }

            // The first round warms caches and compilers and is not counted.
            for (var round = -1; round < bench.Options.Rounds; round++)
            {
                foreach (var entry in entries)
                {
                    var duration = await TimeAsync(entry, ct);
                    await entry.Setup.Down.RunAsync(ct);
                    if (round >= 0)
                    {
                        up.Add(entry.Who, entry.Setup.Up.Line, duration.TotalMilliseconds);
                    }
                }

                foreach (var runner in ForegroundRunner.Installed(bench))
                {
                    var (started, _) = await runner.RunAsync(bench, [.. Listeners(bench).Select(listener => listener.AsShellCommand())], ct);
                    if (round >= 0)
                    {
                        up.Add(runner.Who, runner.Line, started.TotalMilliseconds);
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

        return Collector.Finish(up);
    }

    private static async Task<Entry> PrepareAsync(Workbench bench, ISupervisor supervisor, Contestant who, bool announces, CancellationToken ct)
    {
        var listeners = Listeners(bench);
        var services = listeners.Select((listener, i) => listener.AsService(string.Create(CultureInfo.InvariantCulture, $"w{i}"), announces));
        var setup = await supervisor.PrepareAsync(announces ? "announcing" : "listening", [.. services], ct);
        return new Entry(who, setup, [.. listeners.Select(listener => listener.Record)]);
    }

    private static async Task<TimeSpan> TimeAsync(Entry entry, CancellationToken ct)
    {
        foreach (var record in entry.Records)
        {
            File.Delete(record);
        }

        var began = TimeProvider.System.GetTimestamp();
        await entry.Setup.Up.RunAsync(ct);
        await Until.TrueAsync(() => entry.Records.All(File.Exists), "all ten listen", ct);
        return TimeProvider.System.GetElapsedTime(began);
    }

    private static ImmutableArray<NodeListener> Listeners(Workbench bench) =>
        [.. Enumerable.Range(0, Services.Ten).Select(_ => NodeListener.Create(bench, delayMilliseconds: 0))];

    private sealed record Entry(Contestant Who, Setup Setup, ImmutableArray<string> Records);
}
