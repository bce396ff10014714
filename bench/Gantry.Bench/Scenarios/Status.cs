using System.Collections.Immutable;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

internal static class Status
{
    private const string Note = "Gantry and supervisord print a table, pm2 prints JSON.";

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        var text = new Collector("status", "status of ten services, whole process", "ms") { Budget = "< 100 ms, aim < 50 ms", Note = Note };
        var supervisors = bench.Supervisors();
        try
        {
            var setups = new List<(ISupervisor Supervisor, Setup Setup)>();
            foreach (var supervisor in supervisors)
            {
                await supervisor.StartAsync(ct);
                var setup = await supervisor.PrepareAsync("ten", Services.Idle(Services.Ten), ct);
                await setup.Up.RunAsync(ct);
                await setup.Status.RunAsync(ct);
                setups.Add((supervisor, setup));
            }

            // What any program of the same runtime costs, however little it does.
            var floor = Workbench.Subject("nothing");
            for (var round = 0; round < bench.Options.Rounds * 2; round++)
            {
                foreach (var (supervisor, setup) in setups)
                {
                    text.Add(supervisor.Who, setup.Status.Line, (await setup.Status.TimeAsync(ct)).TotalMilliseconds);
                }

                text.Add(Contestant.Floor("a .NET program that does nothing"), floor.Line, (await floor.TimeAsync(ct)).TotalMilliseconds);
            }
        }
        finally
        {
            foreach (var supervisor in supervisors)
            {
                await supervisor.DisposeAsync();
            }
        }

        return Collector.Finish(text);
    }
}
