using System.Collections.Immutable;
using Gantry.Bench.Measuring;

namespace Gantry.Bench.Scenarios;

/// <summary>Something that is measured, and how.</summary>
/// <param name="Name">The word that chooses it.</param>
/// <param name="Title">What it is, in a line.</param>
/// <param name="MeasureAsync">Measures it; ends everything that it starts.</param>
internal sealed record Scenario(string Name, string Title, Func<Workbench, CancellationToken, Task<ImmutableArray<Figure>>> MeasureAsync)
{
    public static readonly ImmutableArray<Scenario> All =
    [
        new("up", "up and down of an empty workspace and of one with ten workers", UpAndDown.MeasureAsync),
        new("listening", "up of ten services that listen", UpListening.MeasureAsync),
        new("ready", "from a process listening to the supervisor saying that it is ready", Readiness.MeasureAsync),
        new("status", "the status of ten services, as a whole process", Status.MeasureAsync),
        new("idle", "memory and processor time with ten idle services", Idle.MeasureAsync),
        new("logs", "output through the supervisor, as fast as it takes it", Logs.MeasureAsync),
        new("traffic", "requests by the front address, by the edge, and to the bare server", Traffic.MeasureAsync),
        new("orphans", "how long processes outlive the daemon or the guardian that kept them", Orphans.MeasureAsync),
        new("adoption", "a new daemon takes over ten services from one that was killed", Adoption.MeasureAsync),
    ];
}
