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

    /// <summary>What is not alike in what is compared, in whole sentences; empty where nothing is.</summary>
    public string Note { get; init; } = "";

    /// <summary>
    /// How many times better Gantry is than a peer: above one where it is ahead, infinite where it has nothing of what the
    /// peer has too much of. Null where there is nothing to compare: of who is no peer, and where both have nothing.
    /// </summary>
    public double? RatioTo(Reading reading)
    {
        var gantry = Readings[0];
        if (gantry.Whose.IsPeer || !reading.Whose.IsPeer)
        {
            return null;
        }

        var (own, its) = LessIsBetter ? (gantry.Median, reading.Median) : (reading.Median, gantry.Median);
        return (own, its) switch
        {
            ( <= 0, <= 0) => null,
            ( <= 0, _) => double.PositiveInfinity,
            _ => its / own,
        };
    }
}

/// <summary>The samples of one contestant.</summary>
/// <param name="Command">What was run, or what was looked at.</param>
internal sealed record Reading(Contestant Whose, string Command, ImmutableArray<double> Samples)
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
