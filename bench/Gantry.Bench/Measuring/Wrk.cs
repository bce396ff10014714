using System.Globalization;
using System.Text.RegularExpressions;

namespace Gantry.Bench.Measuring;

/// <summary>What wrk (version 4) reports of one load.</summary>
/// <param name="Line">The command.</param>
/// <param name="Median">Of the times to an answer.</param>
internal sealed record Load(string Line, double RequestsPerSecond, TimeSpan Median, TimeSpan Percentile99);

/// <summary>A load of requests over kept connections.</summary>
internal static partial class Wrk
{
    private const string Program = "/usr/bin/wrk";

    public static bool IsInstalled => File.Exists(Program);

    /// <exception cref="MeasuringException">An answer was an error or was missing: such a load proves nothing.</exception>
    public static async Task<Load> RunAsync(string url, string? host, int connections, TimeSpan duration, CancellationToken ct)
    {
        string[] header = host is null ? [] : ["-H", $"Host: {host}"];
        var command = new Command(Program, ["-t1", $"-c{connections}", string.Create(CultureInfo.InvariantCulture, $"-d{duration.TotalSeconds:0}s"), "--latency", .. header, url]);
        var (_, output) = await command.RunAsync(ct);
        if (output.Contains("Socket errors", StringComparison.Ordinal) || output.Contains("Non-2xx", StringComparison.Ordinal))
        {
            throw new MeasuringException($"{command.Line} met errors:\n{output}");
        }

        return new Load(command.Line, Number(Rate().Match(output)), Time(Half().Match(output)), Time(Tail().Match(output)));
    }

    private static double Number(Match match) => match.Success
        ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : throw new MeasuringException("wrk's report cannot be read");

    private static TimeSpan Time(Match match) => match.Groups[2].Value switch
    {
        "us" => TimeSpan.FromMicroseconds(Number(match)),
        "ms" => TimeSpan.FromMilliseconds(Number(match)),
        _ => TimeSpan.FromSeconds(Number(match)),
    };

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Half();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Tail();
}
