using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Gantry.Workloads;
using Gantry.Workloads.Logs;

namespace Gantry.Daemon.Workspaces;

/// <summary><c>POST /api/workspaces</c>: bring a folder's workspace to what its file says.</summary>
public sealed record ApplyRequest
{
    /// <summary>Absolute path of the workspace's folder.</summary>
    public required string Path { get; init; }

    /// <summary>The caller's environment; the daemon's own where null.</summary>
    public ImmutableDictionary<string, string>? Environment { get; init; }

    /// <summary>Only these services and what they depend on; all (of the chosen profiles) where empty.</summary>
    public ImmutableArray<string> Services { get => field.IsDefault ? [] : field; init; } = [];

    public ImmutableArray<string> Profiles { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Only plan, and do nothing.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What applying a workspace set in motion. It is not finished with this answer: follow <c>/api/events</c> from <paramref name="Sequence"/>.</summary>
/// <param name="Workspace">The state right after the plan was handed out.</param>
/// <param name="Plan">What is being done, and why; empty where nothing had to be.</param>
/// <param name="Services">The services that this call asked for, dependencies included, in start order.</param>
/// <param name="Warnings">Doubts about the configuration.</param>
/// <param name="Sequence">The number of the last event before the plan began.</param>
public sealed record ApplyAnswer(
    WorkspaceStatus Workspace,
    ImmutableArray<PlanStep> Plan,
    ImmutableArray<string> Services,
    ImmutableArray<Diagnostic> Warnings,
    long Sequence)
{
    /// <summary>What changes about the workspace itself, in words for people: "domain shop.localhost -> shop.test", "route /api/* to api added".</summary>
    public ImmutableArray<string> Changes { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary><c>POST /api/workspaces/{w}/start|stop|restart</c>.</summary>
public sealed record ChangeRequest
{
    /// <summary>The services that are meant; all where null, but for tasks that have completed. An empty list names nobody, and is refused.</summary>
    public ImmutableArray<string>? Services { get; init; }
}

/// <summary>What such a change set in motion. A stop is finished with it; else follow <c>/api/events</c> from <paramref name="Sequence"/>.</summary>
/// <param name="Workspace">The state right after.</param>
/// <param name="Services">The services that were meant; of a start or restart, those that they depend on as well, in start order.</param>
/// <param name="Moved">Those among them that were set in motion.</param>
/// <param name="Sequence">The number of the last event before.</param>
public sealed record ChangeAnswer(WorkspaceStatus Workspace, ImmutableArray<string> Services, ImmutableArray<string> Moved, long Sequence);

/// <summary>A workspace as <c>gantry status --json</c> prints it.</summary>
/// <param name="Workspace">Its name.</param>
/// <param name="Path">Its folder.</param>
/// <param name="Services">In the order of the file; behind them those that are in it no more and have not stopped yet.</param>
public sealed record WorkspaceStatus(string Workspace, string Path, ImmutableArray<ServiceStatus> Services)
{
    public string Id { get; init; } = "";

    public Lifetime Lifetime { get; init; }
}

/// <summary>A service, worker, task or site.</summary>
/// <param name="Url">Its address at the edge; null for what serves nothing.</param>
/// <param name="Port">Its stable port on 127.0.0.1; null for what does not listen.</param>
public sealed record ServiceStatus(
    string Name,
    WorkloadType Type,
    RuntimeKind Runtime,
    WorkloadState State,
    Health Health,
    bool Ready,
    string Reason,
    string? Url,
    int? Port,
    ImmutableArray<ReplicaStatus> Replicas)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Progress { get; init; }
}

/// <param name="Exit">The last exit status; 128 plus the number of the signal where one ended it; null where it has not ended.</param>
public sealed record ReplicaStatus(int Index, WorkloadState State, Health Health, int Restarts, int? Exit)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Pid { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Container { get; init; }

    public bool Ready { get; init; }

    public string Reason { get; init; } = "";
}

/// <summary><c>GET /api/workspaces</c>.</summary>
public sealed record WorkspaceSummary(string Id, string Name, string Path, Lifetime Lifetime, int Services, int Ready, int Failed);

/// <summary>An event of <c>/api/events</c>: <c>changed</c>, <c>removed</c>, <c>workspaceApplied</c>, <c>workspaceRemoved</c>, <c>present</c>.</summary>
public sealed record ServiceEvent(long Sequence, DateTimeOffset Time, WorkloadEventKind Kind, string Workspace, ServiceStatus? Service);

/// <summary>Why a service is not ready (or why it is): the chain from what was asked down to the root.</summary>
/// <param name="Service">The service that was asked about.</param>
/// <param name="Ready">Whether it is ready.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Chain">From the service itself down to the root cause, which comes last.</param>
public sealed record WhyReport(string Workspace, string Service, bool Ready, string Summary, ImmutableArray<WhyCause> Chain);

/// <summary>One link of the chain.</summary>
/// <param name="Service">Whom it is about.</param>
/// <param name="State">Its state.</param>
/// <param name="Code">Stable, kebab-case, for programs: <c>waits-for</c>, <c>exited</c>, <c>command-not-found</c>, <c>port-in-use</c>, …</param>
/// <param name="Message">What happened.</param>
/// <param name="Remedy">What to do next.</param>
/// <param name="Output">Its last lines of output, where they tell something.</param>
public sealed record WhyCause(string Service, WorkloadState State, string Code, string Message, string? Remedy, ImmutableArray<LogLine> Output);

/// <summary>The first message of an exec, from the caller: what is to be run.</summary>
public sealed record ExecStart
{
    /// <summary>The program and its arguments.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>Added to the service's own environment.</summary>
    public ImmutableDictionary<string, string> Environment { get => field ?? ImmutableDictionary<string, string>.Empty; init; }

    /// <summary>In this replica; in the first one that runs where null.</summary>
    public int? Replica { get; init; }

    /// <summary>Whether it gets a terminal, of so many rows and columns at first.</summary>
    public bool Terminal { get; init; }

    public int Rows { get; init; } = 24;

    public int Columns { get; init; } = 80;
}

/// <summary>The answer to a wait: <c>200</c> where it came true, <c>408</c> where the time was over first.</summary>
/// <param name="Exit">The exit status, for <c>for=exit</c>.</param>
public sealed record WaitAnswer(bool Satisfied, string Reason, int? Exit);
