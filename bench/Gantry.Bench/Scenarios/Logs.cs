using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Gantry.Bench.Measuring;
using Gantry.Bench.Supervisors;

namespace Gantry.Bench.Scenarios;

/// <summary>
/// A process writes numbered lines of 100 bytes as fast as they are taken. The time runs until the last is on disk, for a
/// supervisor may well take more into its memory than it has written. Gantry alone puts a time before each line.
/// </summary>
internal static class Logs
{
    private const string Name = "logs";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);

    public static async Task<ImmutableArray<Figure>> MeasureAsync(Workbench bench, CancellationToken ct)
    {
        var throughput = new Collector(Name, "output to disk, lines of 100 bytes", "MB/s") { LessIsBetter = false };
        var cost = new Collector(Name, "processor time of the supervisor for that", "s/GB");
        var bytes = bench.Options.LogBytes;
        var supervisors = bench.Supervisors();
        try
        {
            foreach (var supervisor in supervisors)
            {
                await supervisor.StartAsync(ct);
            }

            for (var round = 0; round < bench.Options.LongRounds; round++)
            {
                foreach (var supervisor in supervisors)
                {
                    var began = Path.Combine(bench.NewFolder("l"), "began");
                    var subject = Workbench.Subject("spam", began, bytes.ToString(CultureInfo.InvariantCulture));
                    var setup = await supervisor.PrepareAsync("logs", [new Service("spam", subject)], ct);
                    var keepers = await supervisor.KeepersAsync(ct);
                    var before = keepers.ToDictionary(keeper => keeper.Pid, keeper => LiveProcess.ProcessorTime(keeper.Pid));
                    await setup.Up.RunAsync(ct);
                    var last = Encoding.UTF8.GetBytes(Subjects.Spam.LastLineStart(bytes));
                    await Until.TrueAsync(() => ValueTask.FromResult(EndsWith(supervisor.OutputOf(setup, "spam"), last)), "the last line is on disk", ct, LookEvery);
                    var span = TimeProvider.System.GetUtcNow() - Moment.Read(began);
                    var processor = (await supervisor.KeepersAsync(ct)).Sum(keeper => (LiveProcess.ProcessorTime(keeper.Pid) - before.GetValueOrDefault(keeper.Pid)).TotalSeconds);
                    await setup.Down.RunAsync(ct);
                    Discard(supervisor, setup);
                    throughput.Add(supervisor.Name, setup.Up.Line, bytes / 1e6 / span.TotalSeconds);
                    cost.Add(supervisor.Name, string.Join(" and ", keepers.Select(keeper => keeper.Role)), processor / (bytes / 1e9));
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

        return Collector.Finish(throughput, cost);
    }

    /// <summary>Whether the end of the file, or of the newest segment in the folder, holds the text.</summary>
    private static bool EndsWith(string path, byte[] text)
    {
        try
        {
            var newest = Directory.Exists(path) ? Directory.EnumerateFiles(path).OrderBy(file => file.Length).ThenBy(file => file, StringComparer.Ordinal).LastOrDefault() : path;
            if (newest is null || !File.Exists(newest))
            {
                return false;
            }

            using var file = File.Open(newest, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var end = new byte[Math.Min(file.Length, 512)];
            file.Seek(-end.Length, SeekOrigin.End);
            file.ReadExactly(end);
            return end.AsSpan().IndexOf(text) >= 0;
        }
        catch (IOException)
        {
            // Rotated away in between.
            return false;
        }
    }

    /// <summary>The next round is to find no last line of this one.</summary>
    private static void Discard(ISupervisor supervisor, Setup setup)
    {
        var path = supervisor.OutputOf(setup, "spam");
        foreach (var file in Directory.Exists(path) ? Directory.GetFiles(path) : [path])
        {
            // Emptied rather than removed: some supervisors keep it open.
            using var emptied = File.Open(file, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }
    }
}
