using System.Collections.Immutable;

namespace Gantry.Workloads;

/// <summary>Makes one snapshot of a workload out of those of its replicas.</summary>
internal static class WorkloadSnapshots
{
    /// <summary>What is worst, or least far, tells: the first of these states that any replica is in.</summary>
    private static readonly WorkloadState[] Telling =
    [
        WorkloadState.Failed, WorkloadState.BackingOff, WorkloadState.Stopping, WorkloadState.Waiting, WorkloadState.Preparing,
        WorkloadState.Starting, WorkloadState.Running, WorkloadState.Completed, WorkloadState.Stopped,
    ];

    private static readonly Health[] TellingHealth = [Health.Unhealthy, Health.Starting, Health.Healthy, Health.None];

    /// <param name="unreachable">Why nobody is reached at the address in front, however sound the replicas are.</param>
    public static WorkloadSnapshot Combine(WorkloadSpec spec, ImmutableArray<ReplicaSnapshot> replicas, Fault? unreachable, string? progress)
    {
        var state = Telling.FirstOrDefault(state => replicas.Any(replica => replica.State == state), WorkloadState.Stopped);
        var sound = replicas.Length > 0 && replicas.All(replica => replica.Ready);
        var ready = sound && unreachable is null;
        var telling = replicas.FirstOrDefault(replica => replica.State == state && !replica.Ready)
            ?? replicas.FirstOrDefault(replica => !replica.Ready)
            ?? replicas.FirstOrDefault();
        var reason = telling?.Reason ?? "stopped";
        return new WorkloadSnapshot
        {
            Workspace = spec.Workspace,
            Name = spec.Name,
            Type = spec.Type,
            Runtime = spec.Runtime.Kind,
            State = state,
            Health = sound && unreachable is not null ? Health.Unhealthy : TellingHealth.FirstOrDefault(health => replicas.Any(replica => replica.Health == health), Health.None),
            Ready = ready,
            Reason = (sound, unreachable) switch
            {
                (true, { } fault) => fault.Message,
                (false, _) when replicas.Length > 1 && telling is not null => $"replica {telling.Index}: {reason}",
                _ => reason,
            },
            Unreachable = sound ? unreachable : null,
            Port = spec.Port,
            Progress = progress,
            Replicas = replicas,
        };
    }

    /// <summary>The replicas of a workload of which nothing has been started.</summary>
    public static ImmutableArray<ReplicaSnapshot> Unstarted(WorkloadSpec spec) =>
    [
        .. Enumerable.Range(0, spec.Replicas).Select(index => new ReplicaSnapshot
        {
            Index = index,
            State = WorkloadState.Stopped,
            Reason = Words.Of(WorkloadState.Stopped),
            Health = spec.Health is null ? Health.None : Health.Starting,
        }),
    ];

    /// <summary>A workload that has no replicas to tell its state.</summary>
    public static WorkloadSnapshot Without(WorkloadSpec spec, WorkloadState state) =>
        Combine(spec, [], null, null) with { State = state, Reason = Words.Of(state) };

    public static bool AreEqual(WorkloadSnapshot a, WorkloadSnapshot b) =>
        a with { Replicas = [] } == b with { Replicas = [] } && a.Replicas.SequenceEqual(b.Replicas);
}
