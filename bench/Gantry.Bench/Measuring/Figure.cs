using System.Collections.Immutable;

namespace Gantry.Bench.Measuring;

/// <summary>One quantity, measured of Gantry and, in the same run and by turns, of whom it is compared with.</summary>
/// <param name="Scenario">Where it was measured.</param>
/// <param name="Name">What it is.</param>
/// <param name="Unit">Of every sample.</param>
/// <param name="Readings">Gantry's first.</param>
internal sealed record Figure(string Scenario, string Name, string Unit, ImmutableArray<Reading> Readings)
{
    /// <summary>Whether less is better, as it is for times and memory; else more is, as for throughput.</summary>
    public bool LessIsBetter { get; init; } = true;

    /// <summary>What the design promises or aims at, in words; empty where it says nothing.</summary>
    public string Budget { get; init; } = "";

    /// <summary>How many times better the first reading is than another: above one where Gantry is ahead.</summary>
    public double? RatioTo(Reading other)
    {
        var (own, its) = LessIsBetter ? (Readings[0].Median, other.Median) : (other.Median, Readings[0].Median);
        return ReferenceEquals(other, Readings[0]) || own <= 0 ? null : its / own;
    }
}

/// <summary>The samples of one subject.</summary>
/// <param name="Subject">Whose: gantry, pm2, …</param>
/// <param name="Command">What was run, or what was looked at.</param>
internal sealed record Reading(string Subject, string Command, ImmutableArray<double> Samples)
{
    public double Median => Statistics.Median(Samples);

    public double Min => Samples.Min();

    public double Max => Samples.Max();
}

internal static class Statistics
{
    public static double Median(IReadOnlyCollection<double> samples)
    {
        var sorted = samples.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
