using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Gantry.Workloads;

/// <summary>What <see cref="Reconciler"/> found to do, in the order of the start; empty where all is as it should be.</summary>
public sealed record Plan(ImmutableArray<PlanStep> Steps)
{
    public static readonly Plan Empty = new([]);
}

/// <summary>One thing to do to one workload, and why.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Workload">To which workload.</param>
/// <param name="Replica">To which replica; null for all of them.</param>
/// <param name="Causes">In words for people: "env LOG_LEVEL changed", "replicas 1 -> 2", "not running".</param>
public sealed record PlanStep(PlanAction Action, string Workload, int? Replica, ImmutableArray<string> Causes);

[JsonConverter(typeof(CamelCaseEnum<PlanAction>))]
public enum PlanAction
{
    /// <summary>Starts what does not run.</summary>
    Start,

    /// <summary>Stops and starts again, because what it runs changed.</summary>
    Replace,

    /// <summary>Changes the rules of what runs (health, restart, stop, port, dependencies) without touching it.</summary>
    Update,

    /// <summary>Stops and forgets.</summary>
    Remove,
}
