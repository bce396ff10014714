using System.Collections.Immutable;
using System.Globalization;
using Gantry.Bench.Measuring;

namespace Gantry.Bench.Supervisors;

/// <summary>A peer without a daemon: it runs in the foreground for as long as what it runs.</summary>
/// <param name="Line">What is run, as a person would type it.</param>
/// <param name="CommandFor">The command for a folder and the services' shell commands, after whatever it needs was written there.</param>
internal sealed record ForegroundRunner(Contestant Who, string Line, Func<string, ImmutableArray<string>, Command> CommandFor)
{
    /// <summary>With which a line of a service's output must end for it to count as started.</summary>
    public const string Word = "started now";

    /// <summary>A shell that starts all and waits is what it costs at least.</summary>
    private static ForegroundRunner Shell { get; } = new(Contestant.Floor("a shell"), "sh -c 'COMMAND & …; wait'", (_, services) =>
        new Command("/bin/sh", ["-c", $"trap 'kill $all; wait; exit 0' TERM; {string.Concat(services.Select(service => $"({service}) & all=\"$all $!\"; "))}wait"]));

    public static IEnumerable<ForegroundRunner> Installed(Workbench bench)
    {
        if (File.Exists("/usr/bin/foreman"))
        {
            yield return new ForegroundRunner(Contestant.Peer("foreman"), "foreman start", (folder, services) =>
            {
                File.WriteAllLines(Path.Combine(folder, "Procfile"), services.Select((service, i) => string.Create(CultureInfo.InvariantCulture, $"s{i}: {service}")));
                return new Command("/usr/bin/foreman", ["start", "-d", folder]);
            });
        }

        if (bench.PeerProgram("concurrently") is { } concurrently)
        {
            yield return new ForegroundRunner(Contestant.Peer("concurrently"), "concurrently COMMAND…", (_, services) => new Command(concurrently, services));
        }

        yield return Shell;
    }

    /// <summary>Runs the services until each has said <see cref="Word"/>, then has it end.</summary>
    /// <returns>The time until the last had spoken, and from SIGTERM to its exit.</returns>
    public async Task<(TimeSpan Started, TimeSpan Ended)> RunAsync(Workbench bench, ImmutableArray<string> services, CancellationToken ct)
    {
        var folder = bench.NewFolder("f");
        var command = CommandFor(folder, services) with { Environment = bench.Mark, Folder = folder };
        var began = TimeProvider.System.GetTimestamp();
        using var process = command.Start();
        for (var spoken = 0; spoken < services.Length;)
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
}
