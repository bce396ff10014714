using System.Collections.Immutable;

namespace Gantry.Workloads;

/// <summary>One replica as its supervisor last published it.</summary>
public sealed record ReplicaSnapshot
{
    public required int Index { get; init; }

    public required WorkloadState State { get; init; }

    public Health Health { get; init; }

    /// <summary>Computed from state, health and type; <see cref="Reason"/> says why or why not.</summary>
    public bool Ready { get; init; }

    /// <summary>One line for people: why it is ready, or what it waits for or died of.</summary>
    public required string Reason { get; init; }

    /// <summary>The main process, where the runtime is a process and it runs.</summary>
    public int? Pid { get; init; }

    /// <summary>The container's id, where the runtime is a container.</summary>
    public string? Container { get; init; }

    /// <summary>Where the replica listens, once known.</summary>
    public Endpoint? Endpoint { get; init; }

    /// <summary>Starts by itself, after the first one, since somebody last asked for it to run or to restart.</summary>
    public int Restarts { get; init; }

    /// <summary>Whether it is ending only to run again.</summary>
    public bool Renewing { get; init; }

    /// <summary>How it last ended; null if it has not.</summary>
    public ExitStatus? Exit { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>When the next start is due, while backing off.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>What went wrong last, in full, with a remedy; kept for <c>why</c> until the next sound run.</summary>
    public Fault? Fault { get; init; }
}

/// <summary>A workload as a whole, computed from its replicas.</summary>
public sealed record WorkloadSnapshot
{
    public required string Workspace { get; init; }

    public required string Name { get; init; }

    public required WorkloadType Type { get; init; }

    public required RuntimeKind Runtime { get; init; }

    public required WorkloadState State { get; init; }

    public required Health Health { get; init; }

    public required bool Ready { get; init; }

    public required string Reason { get; init; }

    /// <summary>The stable port in front of it.</summary>
    public int? Port { get; init; }

    /// <summary>Why nobody is reached at that port although every replica is sound; null where somebody is.</summary>
    public Fault? Unreachable { get; init; }

    /// <summary>What is being prepared, while it is: a line such as "pulling postgres:16, 31 of 148 MB".</summary>
    public string? Progress { get; init; }

    public required ImmutableArray<ReplicaSnapshot> Replicas { get; init; }
}

/// <summary>Where something listens, as seen from the host.</summary>
public sealed record Endpoint(string Address, int Port)
{
    public override string ToString() => Address.Contains(':') ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}

/// <summary>How a process or container ended.</summary>
/// <param name="Code">The exit status; 128 plus the signal's number where a signal ended it, as shells report it.</param>
/// <param name="Signal">The signal's name, where one ended it.</param>
/// <param name="OutOfMemory">Whether the kernel ended it for exceeding its memory limit.</param>
/// <param name="Lost">Whether what kept it died first: its guardian or its engine. Nobody knows then how it would have ended, and it counts neither as success nor as failure.</param>
public sealed record ExitStatus(int Code, string? Signal = null, bool OutOfMemory = false, bool Lost = false)
{
    /// <summary>Ended from outside, by the death of what kept it.</summary>
    public static readonly ExitStatus WasLost = new(137, "SIGKILL", Lost: true);

    public bool Success => Code == 0;

    public override string ToString() => this switch
    {
        { Lost: true } => "ended because what kept it was killed",
        { OutOfMemory: true } => "killed for exceeding its memory limit",
        { Signal: { } signal } => $"killed by {signal}",
        _ => $"exited with {Code}",
    };
}

/// <summary>Why something did not work, for people: what happened, and what to do next.</summary>
/// <param name="Code">Stable, kebab-case, for programs: <c>command-not-found</c>, <c>port-in-use</c>, …</param>
/// <param name="Message">What happened and where.</param>
/// <param name="Remedy">What to do next.</param>
public sealed record Fault(string Code, string Message, string? Remedy = null)
{
    /// <summary>Whether trying again would meet it again: then nothing is tried again until somebody asks.</summary>
    public bool IsLasting { get; init; }
}
