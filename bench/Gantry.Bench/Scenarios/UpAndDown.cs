using System.Collections.Immutable;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>Each daemon runs already; what is timed are whole commands, from their start to their exit.</summary>
internal static class UpAndDown
{
    private const string Name = "up";

    private const string NothingNote = "pm2 refuses a file without services, so it is asked for a sign of life; supervisord is asked to read its files again.";

    private const string WorkersNote = "The ten are `sleep`, which listens nowhere. Gantry calls such a worker ready once it has stayed up for 500 ms, and `up` waits for that; "
        + "supervisord has startsecs=0, so that it waits for nothing (by default it would wait for 1 s); pm2 calls a process online as soon as it is started; "
        + "foreman, concurrently and the shell are timed until each service has written a line.";

    private const string DownNote = "pm2 sends SIGINT, all others SIGTERM. foreman, concurrently and the shell run in the foreground and are sent SIGTERM themselves.";

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        var up = new Collector(Name, "up, no services, warm", "ms") { Budget = "< 300 ms", Note = NothingNote };
        var down = new Collector(Name, "down, no services", "ms") { Budget = "< 1000 ms", Note = NothingNote };
        var upTen = new Collector(Name, "up, ten workers, warm", "ms") { Note = WorkersNote };
        var downTen = new Collector(Name, "down, ten workers", "ms") { Note = DownNote };
        var again = new Collector(Name, "up again, ten workers, nothing to do", "ms");

        var supervisors = bench.Supervisors();
        try
        {
            var pairs = new List<(ISupervisor Supervisor, Setup Empty, Setup Ten)>();
            foreach (var supervisor in supervisors)
            {
                await supervisor.StartAsync(ct);
                pairs.Add((supervisor, await supervisor.PrepareAsync("empty", [], ct), await supervisor.PrepareAsync("ten", Services.Idle(Services.Ten), ct)));
            }

            ImmutableArray<string> workers = [.. Enumerable.Repeat($"echo {ForegroundRunner.Word}; exec sleep 86400", Services.Ten)];

            // The first round warms caches and compilers and is not counted.
            for (var round = -1; round < bench.Options.Rounds; round++)
            {
                foreach (var (supervisor, empty, ten) in pairs)
                {
                    await TimeAsync(up, supervisor, empty.Up, round, ct);
                    await TimeAsync(down, supervisor, empty.Down, round, ct);
                    await TimeAsync(upTen, supervisor, ten.Up, round, ct);
                    if (supervisor is GantrySupervisor)
                    {
                        await TimeAsync(again, supervisor, ten.Up, round, ct);
                    }

                    await TimeAsync(downTen, supervisor, ten.Down, round, ct);
                }

                foreach (var runner in ForegroundRunner.Installed(bench))
                {
                    var (started, ended) = await runner.RunAsync(bench, workers, ct);
                    if (round >= 0)
                    {
                        upTen.Add(runner.Who, runner.Line, started.TotalMilliseconds);
                        downTen.Add(runner.Who, $"SIGTERM to {runner.Line.Split(' ')[0]}", ended.TotalMilliseconds);
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

        return Collector.Finish(up, down, upTen, again, downTen);
    }

    private static async Task TimeAsync(Collector collector, ISupervisor supervisor, Command command, int round, CancellationToken ct)
    {
        var duration = await command.TimeAsync(ct);
        if (round >= 0)
        {
            collector.Add(supervisor.Who, command.Line, duration.TotalMilliseconds);
        }
    }
}
