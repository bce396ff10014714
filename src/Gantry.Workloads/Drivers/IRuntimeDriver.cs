using System.Collections.Immutable;
using Gantry.Workloads.Logs;

namespace Gantry.Workloads.Drivers;

/// <summary>
/// One way of running things: as local processes, as containers, as a site that the edge serves. Everything above the
/// drivers treats what they start alike.
/// </summary>
public interface IRuntimeDriver : IAsyncDisposable
{
    RuntimeKind Kind { get; }

    /// <summary>All that this host cannot do of what the workload asks for. Starts nothing.</summary>
    Task<ImmutableArray<Fault>> CheckAsync(WorkloadSpec spec, CancellationToken ct);

    /// <summary>The slow work before a start (an image is pulled), the same for all replicas.</summary>
    /// <param name="progress">Gets one line for people at a time.</param>
    /// <exception cref="WorkloadException">It cannot be prepared.</exception>
    Task PrepareAsync(WorkloadSpec spec, IProgress<string> progress, CancellationToken ct);

    /// <summary>Starts one replica. Cancelling leaves nothing behind.</summary>
    /// <exception cref="WorkloadException">It cannot be started.</exception>
    Task<IInstance> StartAsync(WorkloadSpec spec, InstanceId id, CancellationToken ct);

    /// <summary>
    /// All instances of this home that the runtime still has, ended ones included: the way back after the daemon's
    /// death, and the way to see what nobody wants any more.
    /// </summary>
    Task<ImmutableArray<IInstance>> ObserveAsync(CancellationToken ct);
}

/// <summary>One replica that was started. Disposing lets go of it and never stops it.</summary>
public interface IInstance : IAsyncDisposable
{
    InstanceId Id { get; }

    /// <summary><see cref="SpecHash.Of"/> of the spec it was started from.</summary>
    string Hash { get; }

    DateTimeOffset StartedAt { get; }

    /// <summary>The main process, for processes.</summary>
    int? Pid { get; }

    /// <summary>The container's id, for containers.</summary>
    string? Container { get; }

    /// <summary>The port it was given to listen on, from where the host sees it; null for what does not listen.</summary>
    int? Port { get; }

    /// <summary>Where in its log this run begins.</summary>
    LogCursor Output { get; }

    /// <summary>Completes when the main process has ended and its output is written. Never faults.</summary>
    Task<ExitStatus> Exited { get; }

    /// <summary>Completes when it has said that it is ready (sd_notify); never, where that was not asked for.</summary>
    Task Notified { get; }

    /// <summary>Where it accepts connections at this moment.</summary>
    /// <param name="others">Whether ports other than the wanted one are of interest, which takes longer.</param>
    Task<Listening> FindListenersAsync(bool others, CancellationToken ct);

    /// <summary>Runs a command where it runs: same folder, environment, user and limits.</summary>
    /// <exception cref="WorkloadException">The command cannot be started, or there is nothing to run it in.</exception>
    Task<Execution> ExecAsync(WorkloadSpec spec, ExecRequest request, CancellationToken ct);

    /// <summary>Asks it to end, makes it after the grace, and returns once it and all its descendants are gone.</summary>
    Task StopAsync(StopPolicy policy, CancellationToken ct);

    /// <summary>Has the runtime forget it. Its log stays.</summary>
    Task RemoveAsync(CancellationToken ct);
}

/// <param name="Endpoint">Where the wanted port is accepted; null while it is not.</param>
/// <param name="Others">The other ports that it listens on.</param>
/// <param name="Stranger">Who else holds the wanted port; null where nobody does.</param>
public sealed record Listening(Endpoint? Endpoint, ImmutableArray<Endpoint> Others, string? Stranger);

/// <summary>A command to run inside a workload.</summary>
public sealed record ExecRequest
{
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>Whether it gets a terminal, so that stdout and stderr are one and line editing works.</summary>
    public bool Terminal { get; init; }

    public int Rows { get; init; } = 24;

    public int Columns { get; init; } = 80;

    /// <summary>Added to the workload's environment, such as <c>TERM</c>.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;
}
