using System.Collections.Immutable;
using Gantry.Bench.Measuring;

namespace Gantry.Bench.Reports;

/// <summary>Everything that one run has measured.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Command">What makes it again.</param>
/// <param name="Quick">Whether the samples are few.</param>
internal sealed record Report(string Machine, string Command, bool Quick)
{
    public ImmutableArray<Figure> Figures { get; init; } = [];

    /// <summary>What could not be measured or left something behind, and why.</summary>
    public ImmutableArray<string> Failures { get; init; } = [];

    public Report With(ScenarioResult result) => this with
    {
        Figures = Figures.AddRange(result.Figures),
        Failures = result.Failure is { } failure ? Failures.Add(failure) : Failures,
    };
}

internal sealed record ScenarioResult(ImmutableArray<Figure> Figures, string? Failure);
