using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Gantry.Workloads.Probes;

namespace Gantry.Workloads;

/// <summary>
/// All that is needed to run one workload, resolved: nothing in here is interpolated or looked up again.
/// A service, a task, a job and a language server differ only in their spec.
/// </summary>
public sealed record WorkloadSpec
{
    /// <summary>The id of the workspace (see <see cref="WorkspaceId"/>), not its name.</summary>
    public required string Workspace { get; init; }

    /// <summary>The name within the workspace; <see cref="WorkloadName"/> says what is allowed.</summary>
    public required string Name { get; init; }

    public WorkloadType Type { get; init; } = WorkloadType.Service;

    public required RuntimeSpec Runtime { get; init; }

    /// <summary>The configured variables, interpolated. Stronger than <see cref="InheritedEnv"/>, weaker than what is injected at the start (<c>PORT</c>, …).</summary>
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// The environment of whoever asked for the workspace, the weakest layer of a process's environment.
    /// Not part of <see cref="SpecHash"/>: the same workspace brought up from another terminal restarts nothing.
    /// Kept once per workspace, so it is not serialised here.
    /// </summary>
    [JsonIgnore]
    public ImmutableDictionary<string, string> InheritedEnv { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The stable port in front of the service on 127.0.0.1; null where nothing listens (workers, tasks, sites).</summary>
    public int? Port { get; init; }

    /// <summary>Where the workload itself listens, injected as <c>PORT</c>. Null for a process that gets a free port for each replica.</summary>
    public int? TargetPort { get; init; }

    public ImmutableArray<Dependency> DependsOn { get; init; } = [];

    /// <summary>The configured health test; null where readiness is judged without one (see <see cref="Readiness"/>).</summary>
    public HealthSpec? Health { get; init; }

    public required RestartPolicy Restart { get; init; }

    public StopPolicy Stop { get; init; } = StopPolicy.Default;

    public Limits Limits { get; init; } = Limits.None;

    public int Replicas { get; init; } = 1;

    public Lifetime Lifetime { get; init; } = Lifetime.Workspace;

    /// <summary>Whether this workload listens: it gets a port of its own, an address in front, and is ready once it accepts.</summary>
    [JsonIgnore]
    public bool Listens => Type == WorkloadType.Service && Runtime is not SiteRuntime;
}

/// <summary>What a workload is for, which decides when it is ready and whether its exit is an end or a fault.</summary>
[JsonConverter(typeof(CamelCaseEnum<WorkloadType>))]
public enum WorkloadType
{
    /// <summary>Listens on a port; ready when it accepts or its health test passes.</summary>
    Service,

    /// <summary>Runs without listening; ready once started or when its health test passes.</summary>
    Worker,

    /// <summary>Runs to completion; ready at exit status 0.</summary>
    Task,
}

/// <summary>Who ends a workload.</summary>
[JsonConverter(typeof(CamelCaseEnum<Lifetime>))]
public enum Lifetime
{
    /// <summary>Outlives the daemon and is adopted by the next one.</summary>
    Workspace,

    /// <summary>Ends with the daemon.</summary>
    Daemon,
}

/// <summary>How a workload runs: a closed family, told apart by <c>kind</c> in JSON.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ProcessRuntime), "process")]
[JsonDerivedType(typeof(ContainerRuntime), "container")]
[JsonDerivedType(typeof(SiteRuntime), "site")]
public abstract record RuntimeSpec
{
    [JsonIgnore]
    public RuntimeKind Kind => this switch
    {
        ProcessRuntime => RuntimeKind.Process,
        ContainerRuntime => RuntimeKind.Container,
        _ => RuntimeKind.Site,
    };
}

[JsonConverter(typeof(CamelCaseEnum<RuntimeKind>))]
public enum RuntimeKind
{
    Process,
    Container,
    Site,
}

/// <summary>A local process.</summary>
public sealed record ProcessRuntime : RuntimeSpec
{
    /// <summary>The argument list; a command written as one string is already <c>/bin/sh -c …</c> here.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>Absolute path of the folder in which the process starts.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>User name or numeric id; null for the daemon's own user.</summary>
    public string? User { get; init; }
}

/// <summary>A container of an engine. Lists are as the engine's API takes them; null means the image's own.</summary>
public sealed record ContainerRuntime : RuntimeSpec
{
    public required string Image { get; init; }

    public ImmutableArray<string>? Command { get; init; }

    public ImmutableArray<string>? Entrypoint { get; init; }

    /// <summary>Absolute path inside the container.</summary>
    public string? WorkingDirectory { get; init; }

    public string? User { get; init; }

    /// <summary><c>name:/path</c>, <c>/host/path:/path[:ro]</c>; host paths are absolute here.</summary>
    public ImmutableArray<string> Volumes { get; init; } = [];

    public ImmutableArray<string> Tmpfs { get; init; } = [];

    /// <summary>Further ports published on loopback, <c>host:container</c> or <c>container</c>.</summary>
    public ImmutableArray<string> Ports { get; init; } = [];

    public ImmutableArray<string> Networks { get; init; } = [];

    /// <summary>A reaping, signal-forwarding process 1: without one SIGTERM is ignored by programs that have no handler.</summary>
    public bool Init { get; init; } = true;

    public PullPolicy Pull { get; init; } = PullPolicy.Missing;

    /// <summary><c>linux/amd64</c> and the like; null for the engine's own.</summary>
    public string? Platform { get; init; }

    public ImmutableArray<string> CapAdd { get; init; } = [];

    public ImmutableArray<string> CapDrop { get; init; } = [];

    public bool ReadOnly { get; init; }
}

[JsonConverter(typeof(CamelCaseEnum<PullPolicy>))]
public enum PullPolicy
{
    Missing,
    Always,
    Never,
}

/// <summary>Static files, served by the edge itself.</summary>
public sealed record SiteRuntime : RuntimeSpec
{
    /// <summary>Absolute path of the folder that is served.</summary>
    public required string Root { get; init; }
}

/// <summary>An edge of the start order: this workload waits until <paramref name="Workload"/> meets <paramref name="Condition"/>.</summary>
public sealed record Dependency(string Workload, DependencyCondition Condition);

[JsonConverter(typeof(CamelCaseEnum<DependencyCondition>))]
public enum DependencyCondition
{
    /// <summary>All its replicas were started.</summary>
    Started,

    /// <summary>All its replicas are ready.</summary>
    Healthy,

    /// <summary>It ran to completion with exit status 0.</summary>
    Completed,
}

/// <summary>What the host is to enforce; null means unlimited.</summary>
public sealed record Limits
{
    public static readonly Limits None = new();

    /// <summary>Bytes of memory of the workload and all its descendants together.</summary>
    public long? Memory { get; init; }

    /// <summary>Processor share, 1.0 being one core.</summary>
    public double? Cpus { get; init; }

    /// <summary>Tasks (processes and threads) of the workload and all its descendants together.</summary>
    public int? Pids { get; init; }

    /// <summary>Open files of each process (RLIMIT_NOFILE).</summary>
    public int? OpenFiles { get; init; }
}
