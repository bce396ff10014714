using System.Collections.Immutable;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>Each daemon runs already; what is timed are whole commands, from their start to their exit.</summary>
internal static class UpAndDown
{
    private const string Name = "up";

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        var up = new Collector(Name, "up, no services, warm", "ms") { Budget = "< 300 ms" };
        var down = new Collector(Name, "down, no services", "ms") { Budget = "< 1000 ms" };
        var upTen = new Collector(Name, "up, ten services, warm", "ms");
        var downTen = new Collector(Name, "down, ten services", "ms");
        var again = new Collector(Name, "up again, ten services, nothing to do", "ms");

        var supervisors = bench.Supervisors();
        try
        {
            var pairs = new List<(ISupervisor Supervisor, Setup Empty, Setup Ten)>();
            foreach (var supervisor in supervisors)
            {
                await supervisor.StartAsync(ct);
                pairs.Add((supervisor, await supervisor.PrepareAsync("empty", [], ct), await supervisor.PrepareAsync("ten", Services.Idle(Services.Ten), ct)));
            }

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
                    var (started, ended) = await runner.RunAsync(bench, Services.Ten, ct);
                    if (round >= 0)
                    {
                        upTen.Add(runner.Name, runner.Line, started.TotalMilliseconds);
                        downTen.Add(runner.Name, $"SIGTERM to {runner.Name}", ended.TotalMilliseconds);
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
            collector.Add(supervisor.Name, command.Line, duration.TotalMilliseconds);
        }
    }
}
