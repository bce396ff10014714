using System.Collections.Immutable;
using System.Globalization;
using Gantry.Bench.Measuring;

namespace Gantry.Bench.Supervisors;

/// <summary>A peer without a daemon: it runs in the foreground for as long as what it runs.</summary>
/// <param name="Line">What is run, as a person would type it.</param>
/// <param name="CommandFor">The command for a folder and a number of services, after whatever it needs was written there.</param>
internal sealed record ForegroundRunner(string Name, string Line, Func<string, int, Command> CommandFor)
{
    private const string Word = "started now";

    private static string Service => $"echo {Word}; exec sleep 86400";

    public static IEnumerable<ForegroundRunner> Installed(Workbench bench)
    {
        if (File.Exists("/usr/bin/foreman"))
        {
            yield return new ForegroundRunner("foreman", "foreman start", (folder, count) =>
            {
                File.WriteAllLines(Path.Combine(folder, "Procfile"), Names(count).Select(name => $"{name}: {Service}"));
                return new Command("/usr/bin/foreman", ["start", "-d", folder]);
            });
        }

        if (bench.PeerProgram("concurrently") is { } concurrently)
        {
            yield return new ForegroundRunner("concurrently", "concurrently COMMAND…", (_, count) => new Command(concurrently, [.. Names(count).Select(_ => Service)]));
        }
    }

    /// <summary>Runs the services until each has spoken, then has it end.</summary>
    /// <returns>The time until the last had spoken, and from SIGTERM to its exit.</returns>
    public async Task<(TimeSpan Started, TimeSpan Ended)> RunAsync(Workbench bench, int count, CancellationToken ct)
    {
        var folder = bench.NewFolder("f");
        var command = CommandFor(folder, count) with { Environment = bench.Mark, Folder = folder };
        var began = TimeProvider.System.GetTimestamp();
        using var process = command.Start();
        for (var spoken = 0; spoken < count;)
        {
            var line = await process.StandardOutput.ReadLineAsync(ct) ?? throw new MeasuringException($"{Line} ended early: {await process.StandardError.ReadToEndAsync(ct)}");
            spoken += line.EndsWith(Word, StringComparison.Ordinal) ? 1 : 0;
        }

        var started = TimeProvider.System.GetElapsedTime(began);
        began = TimeProvider.System.GetTimestamp();
        LiveProcess.Terminate(process.Id);
        await process.WaitForExitAsync(ct);
        return (started, TimeProvider.System.GetElapsedTime(began));
    }

    private static ImmutableArray<string> Names(int count) => [.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"s{i}"))];
}
