using System.Collections.Immutable;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>All supervisors keep their ten sleeping processes at the same time, and are watched over the same span.</summary>
internal static class Idle
{
    private const string Name = "idle";

    private const string Note = "The same ten sleeping processes for all. Gantry's daemon is a web server, too (edge, API, an address in front of each service), which the peers are not; "
        + "its guardian is a process of its own, so that services outlive the daemon. pm2 runs on Node.js, supervisord on Python. "
        + "The kernel tells processor time to 10 ms, which is 0.03 % of a core over 30 s.";

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        var rss = new Collector(Name, "resident memory (RSS), ten services", "MB") { Budget = "aim < 100 MB together", Note = Note };
        var pss = new Collector(Name, "proportional share (PSS), ten services", "MB") { Note = Note };
        var anonymous = new Collector(Name, "anonymous memory (RssAnon), ten services", "MB") { Note = Note };
        var processor = new Collector(Name, "processor, ten idle services", "% of a core") { Budget = "< 0.5 %", Note = Note };
        var supervisors = bench.Supervisors();
        try
        {
            var keepers = new List<(ISupervisor Supervisor, ImmutableArray<Keeper> Keepers)>();
            foreach (var supervisor in supervisors)
            {
                await supervisor.StartAsync(ct);
                await (await supervisor.PrepareAsync("ten", Services.Idle(Services.Ten), ct)).Up.RunAsync(ct);
                keepers.Add((supervisor, await supervisor.KeepersAsync(ct)));
            }

            await Task.Delay(Settle, TimeProvider.System, ct);
            var since = TimeProvider.System.GetTimestamp();
            var before = keepers.SelectMany(entry => entry.Keepers).ToDictionary(keeper => keeper.Pid, keeper => LiveProcess.ProcessorTime(keeper.Pid));
            await Task.Delay(bench.Options.IdleTime, TimeProvider.System, ct);
            var span = TimeProvider.System.GetElapsedTime(since);
            foreach (var (supervisor, list) in keepers)
            {
                var wholeAndParts = list.Length == 1 ? [(supervisor.Who, list)] : list.Select(keeper => (supervisor.Who.With(keeper.Role), ImmutableArray.Create(keeper))).Prepend((supervisor.Who, list));
                foreach (var (who, some) in wholeAndParts)
                {
                    var what = string.Join(" and ", some.Select(keeper => keeper.Role));
                    var memory = some.Select(keeper => LiveProcess.Memory(keeper.Pid)).ToArray();
                    rss.Add(who, what, Megabytes(memory.Sum(one => one.Rss)));
                    pss.Add(who, what, Megabytes(memory.Sum(one => one.Pss)));
                    anonymous.Add(who, what, Megabytes(memory.Sum(one => one.Anonymous)));
                    processor.Add(who, what, some.Sum(keeper => (LiveProcess.ProcessorTime(keeper.Pid) - before[keeper.Pid]) / span) * 100);
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

        return Collector.Finish(rss, pss, anonymous, processor);
    }

    private static double Megabytes(long bytes) => bytes / 1e6;
}
