using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Gantry.Bench.Measuring;
using Gantry.Bench.Subjects;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>
/// A process writes numbered lines of 100 bytes as fast as they are taken, and ends. The time runs until the last is on
/// disk, for a supervisor may well take more into its memory than it has written. What never gets there is a figure, too.
/// </summary>
internal static class Logs
{
    private const string Name = "logs";

    private const string Note = "One process writes the lines and ends at once. Time is taken until the file stops growing; rates and costs are of the lines found in it. "
        + "Gantry takes the output apart: each line gets a time and its stream, and a new file is begun every 10 MiB (none is removed here). pm2 and supervisord copy what they read as it comes, "
        + "supervisord with stdout_logfile_maxbytes=0, so that it rotates nothing; pm2 closes the file when the process has gone, whatever it has not yet written.";

    private const long WarmingLines = 50_000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);

    /// <summary>How long nothing must come after the process has ended, until nothing is expected any more.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    /// <summary>How long a process may be kept from writing on.</summary>
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(60);

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        var count = bench.Options.LogBytes / Spam.LineLength;
        var throughput = new Collector(Name, "output to disk, lines of 100 bytes", "MB/s") { LessIsBetter = false, Note = Note };
        var cost = new Collector(Name, "processor time of the supervisor for that", "s/GB") { Note = Note };
        var lost = new Collector(Name, string.Create(CultureInfo.InvariantCulture, $"lines that never reach the disk, of {count:#,0}"), "lines") { Budget = "0", Note = Note };
        var supervisors = bench.Supervisors();
        try
        {
            foreach (var supervisor in supervisors)
            {
                await supervisor.StartAsync(ct);
                // Warms caches and compilers, starts what is only started with the first service, and is not counted.
                await WriteAsync(bench, supervisor, WarmingLines, ct);
            }

            for (var round = 0; round < bench.Options.LongRounds; round++)
            {
                foreach (var supervisor in supervisors)
                {
                    var kept = await WriteAsync(bench, supervisor, count, ct);
                    var bytes = (double)kept.Lines * Spam.LineLength;
                    throughput.Add(supervisor.Who, kept.Command, bytes / 1e6 / kept.Span.TotalSeconds);
                    lost.Add(supervisor.Who, kept.Command, count - kept.Lines);
                    if (kept.Lines > 0)
                    {
                        cost.Add(supervisor.Who, kept.Keepers, kept.Processor.TotalSeconds / (bytes / 1e9));
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

        return Collector.Finish(throughput, cost, lost);
    }

    private static async Task<Kept> WriteAsync(Workbench bench, ISupervisor supervisor, long count, CancellationToken ct)
    {
        var records = bench.NewFolder("l");
        var bytes = count * Spam.LineLength;
        var subject = Workbench.Subject("spam", records, bytes.ToString(CultureInfo.InvariantCulture));
        var setup = await supervisor.PrepareAsync("logs", [new Service("spam", subject)], ct);
        var before = (await supervisor.KeepersAsync(ct)).ToDictionary(keeper => keeper.Pid, keeper => LiveProcess.ProcessorTime(keeper.Pid));
        // Watched from before its start: some have written all before their command returns.
        var growing = LastGrowthAsync(() => supervisor.OutputOf(setup, "spam"), records, Encoding.UTF8.GetBytes(Spam.LastLineStart(bytes)), ct);
        await Task.WhenAll(setup.Up.RunAsync(ct), growing);
        var span = await growing - Moment.Read(Path.Combine(records, Spam.Began));
        var keepers = await supervisor.KeepersAsync(ct);
        var processor = keepers.Sum(keeper => (LiveProcess.ProcessorTime(keeper.Pid) - before.GetValueOrDefault(keeper.Pid)).TotalSeconds);
        await setup.Down.RunAsync(ct);
        var output = supervisor.OutputOf(setup, "spam");
        var lines = CountLines(output, count);
        // The next round is to find nothing of this one.
        output.Discard();
        return new Kept(lines, span, TimeSpan.FromSeconds(processor), setup.Up.Line, string.Join(" and ", keepers.Select(keeper => keeper.Role)));
    }

    /// <summary>When the last line came; where it does not come, when something came for the last time.</summary>
    /// <exception cref="MeasuringException">The process is kept from writing on.</exception>
    private static async Task<DateTimeOffset> LastGrowthAsync(Func<KeptOutput> output, string records, byte[] last, CancellationToken ct)
    {
        var grown = TimeProvider.System.GetUtcNow();
        (string?, long) extent = default;
        while (true)
        {
            var kept = output();
            var seen = kept.Extent();
            var now = TimeProvider.System.GetUtcNow();
            if (seen != extent)
            {
                (extent, grown) = (seen, now);
                if (kept.EndsWith(last))
                {
                    return now;
                }
            }
            else if (now - grown > Quiet && File.Exists(Path.Combine(records, Spam.Ended)))
            {
                return grown;
            }
            else if (now - grown > Stalled)
            {
                throw new MeasuringException($"no output was taken for {Stalled.TotalSeconds:0} s from a process that has more");
            }

            await Task.Delay(LookEvery, TimeProvider.System, ct);
        }
    }

    /// <summary>How many different lines of the process are there, whole.</summary>
    private static long CountLines(KeptOutput output, long count)
    {
        var seen = new BitArray((int)count);
        var lines = 0L;
        output.ReadLines(line =>
        {
            if (Spam.NumberOf(line) is { } number && number >= 1 && number <= count && !seen[(int)(number - 1)])
            {
                seen[(int)(number - 1)] = true;
                lines++;
            }
        });
        return lines;
    }

    /// <param name="Lines">That are on disk.</param>
    /// <param name="Span">From the first write to the last growth of the file.</param>
    /// <param name="Processor">That the supervisor used.</param>
    private sealed record Kept(long Lines, TimeSpan Span, TimeSpan Processor, string Command, string Keepers);
}
