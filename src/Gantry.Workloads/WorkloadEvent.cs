using System.Text.Json.Serialization;

namespace Gantry.Workloads;

/// <summary>Something that happened to a workload: its new snapshot, numbered in the order in which it happened.</summary>
/// <param name="Sequence">Grows by one with each event of a daemon's life; the id of the event on the wire.</param>
/// <param name="Time">When it was published.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Workspace">The workspace's id.</param>
/// <param name="Workload">The new state; null for events of the whole workspace.</param>
public sealed record WorkloadEvent(long Sequence, DateTimeOffset Time, WorkloadEventKind Kind, string Workspace, WorkloadSnapshot? Workload)
{
    /// <summary>Whether it is only a part of the present state: whoever is cut off behind it knows nothing, and begins anew.</summary>
    public bool IsPart { get; init; }
}

[JsonConverter(typeof(CamelCaseEnum<WorkloadEventKind>))]
public enum WorkloadEventKind
{
    /// <summary>A workload's snapshot changed.</summary>
    Changed,

    /// <summary>A workload was taken out of its workspace.</summary>
    Removed,

    /// <summary>A workspace was applied; its workloads follow as <see cref="Changed"/>.</summary>
    WorkspaceApplied,

    /// <summary>A workspace is gone with everything in it.</summary>
    WorkspaceRemoved,

    /// <summary>The present state has been told: what was not among it is gone. Belongs to no workspace.</summary>
    Present,
}
