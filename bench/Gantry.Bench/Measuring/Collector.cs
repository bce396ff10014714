using System.Collections.Immutable;

namespace Gantry.Bench.Measuring;

/// <summary>Gathers the samples of one figure while contestants take turns.</summary>
internal sealed class Collector(string scenario, string name, string unit)
{
    private readonly List<(Contestant Whose, string Command, List<double> Samples)> _readings = [];

    public bool LessIsBetter { get; init; } = true;

    public string Budget { get; init; } = "";

    public string Note { get; init; } = "";

    public void Add(Contestant whose, string command, double sample)
    {
        var reading = _readings.Find(reading => reading.Whose == whose);
        if (reading.Samples is null)
        {
            reading = (whose, command, []);
            _readings.Add(reading);
        }

        reading.Samples.Add(sample);
    }

    /// <summary>Null where nothing was measured.</summary>
    public Figure? Finish() => _readings.Count == 0
        ? null
        : new Figure(scenario, name, unit, [.. _readings.Select(reading => new Reading(reading.Whose, reading.Command, [.. reading.Samples]))])
        {
            LessIsBetter = LessIsBetter,
            Budget = Budget,
            Note = Note,
        };

    public static ImmutableArray<Figure> Finish(params IEnumerable<Collector> collectors) =>
        [.. collectors.Select(collector => collector.Finish()).OfType<Figure>()];
}
