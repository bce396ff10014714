using System.Collections.Immutable;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Cli.Progress;

/// <summary>Where a service stands on the way that <c>up</c>, <c>start</c> and <c>restart</c> wait for.</summary>
internal enum Standing
{
    Working,

    Ready,

    /// <summary>It will not become ready by waiting.</summary>
    Failed,
}

/// <summary>One service on its way to being ready: what was last heard of it, and what that means.</summary>
internal sealed record ServiceProgress
{
    /// <summary>So many crashes without ever having been ready are taken as an answer.</summary>
    public const int TooManyCrashes = 3;

    public required string Name { get; init; }

    /// <summary>Null until something was heard.</summary>
    public ServiceStatus? Status { get; init; }

    /// <summary>Something was set in motion, and what is known is from before it: nothing follows from that.</summary>
    public bool IsStale { get; init; }

    /// <summary>Whether it had nothing to begin, or has begun since; to be stopped then means that somebody stopped it.</summary>
    public bool HasBegun { get; init; }

    /// <summary>Whether nobody asked for it but those that depend on it.</summary>
    public bool IsOnlyNeeded { get; init; }

    public bool WasReady { get; init; }

    public bool WasRemoved { get; init; }

    /// <summary>By replica: the restarts that are not ours to count.</summary>
    public ImmutableDictionary<int, int> EarlierRestarts { get; init; } = ImmutableDictionary<int, int>.Empty;

    /// <summary>When it first was seen on its way.</summary>
    public DateTimeOffset? Began { get; init; }

    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>From the beginning of its own way until it was ready; null where it had nothing to do.</summary>
    public TimeSpan? Took => ReadyAt - Began;

    public Standing Standing => this switch
    {
        { WasRemoved: true } => Standing.Failed,
        { Status: null } or { IsStale: true } => Standing.Working,
        { Status.Ready: true } => Standing.Ready,
        { Status: { State: WorkloadState.Completed, Type: WorkloadType.Worker, Health: Health.None } } => Standing.Ready,
        { Status: { State: WorkloadState.Completed, Type: WorkloadType.Worker }, WasReady: true } => Standing.Ready,
        { Status.State: WorkloadState.Failed or WorkloadState.Completed } => Standing.Failed,
        { Status: { State: WorkloadState.Running, Health: Health.Unhealthy } } => Standing.Failed,
        { Status.State: WorkloadState.Stopped, HasBegun: true } => Standing.Failed,
        { WasReady: false, Crashes: >= TooManyCrashes } => Standing.Failed,
        _ => Standing.Working,
    };

    /// <summary>Whether people want to hear of it: what is only needed, and was ready all along, is no news.</summary>
    public bool IsTold => !IsOnlyNeeded || Standing != Standing.Ready || Took is not null;

    /// <summary>Whether it ended by itself and is about to be tried again.</summary>
    public bool IsCrashing => this is { IsStale: false, WasRemoved: false, Status.State: WorkloadState.BackingOff };

    /// <summary>Whether nothing will happen until something else does.</summary>
    public bool IsSettled => Standing != Standing.Working || Status is { State: WorkloadState.Waiting };

    /// <summary>The most crashes of any replica since the beginning: each is counted as a restart when it happens.</summary>
    public int Crashes => Status is null
        ? 0
        : Status.Replicas.Select(replica => replica.Restarts - EarlierRestarts.GetValueOrDefault(replica.Index)).DefaultIfEmpty().Max();

    /// <summary>Takes what was heard.</summary>
    public ServiceProgress Hear(ServiceStatus status, DateTimeOffset time)
    {
        var active = Lifecycle.IsActive(status.State);
        var stale = IsStale && !IsNews(status);
        var next = this with
        {
            Status = stale ? Status : status,
            IsStale = stale,
            HasBegun = HasBegun || (active && !stale),
            WasReady = WasReady || (status.Ready && !stale),
            Began = Began ?? (active && !status.Ready ? time : null),
            EarlierRestarts = Forget(status, IsStale && !stale),
        };
        return next with { ReadyAt = next.Standing == Standing.Ready ? ReadyAt ?? time : null };
    }

    /// <summary>
    /// Whether it follows from what was set in motion: whatever is, goes through one of these states, or is refused, which
    /// the answer to the command has told already. All else is from before.
    /// </summary>
    private bool IsNews(ServiceStatus status) =>
        status.State is WorkloadState.Waiting or WorkloadState.Preparing or WorkloadState.Starting or WorkloadState.Stopping
        || (Status is { } answered && answered.State == status.State && answered.Reason == status.Reason);

    /// <summary>A start anew counts from where each replica is, for they do not begin at one moment; and a count that has fallen, from zero.</summary>
    private ImmutableDictionary<int, int> Forget(ServiceStatus status, bool beginsAnew) => beginsAnew
        ? status.Replicas.ToImmutableDictionary(replica => replica.Index, replica => replica.Restarts)
        : EarlierRestarts.RemoveRange(status.Replicas.Where(replica => replica.Restarts < EarlierRestarts.GetValueOrDefault(replica.Index)).Select(replica => replica.Index));
}
