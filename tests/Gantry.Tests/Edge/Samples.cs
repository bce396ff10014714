using System.Collections.Immutable;
using Gantry.Workloads;

namespace Gantry.Tests.Edge;

/// <summary>Workspaces and states to build routes from.</summary>
internal static class Samples
{
    public static WorkspaceSpec Workspace(string name, string domain, IEnumerable<WorkloadSpec> workloads, params RouteSpec[] routes) => new()
    {
        Id = "id-" + name,
        Name = name,
        Path = "/home/" + name,
        Domain = domain,
        Workloads = [.. workloads.Select(workload => workload with { Workspace = "id-" + name })],
        Routes = [.. routes],
    };

    public static WorkloadSpec Service(string name) => Workload(name, WorkloadType.Service, new ProcessRuntime { Command = ["true"], WorkingDirectory = "/" });

    public static WorkloadSpec Job(string name) => Workload(name, WorkloadType.Task, new ProcessRuntime { Command = ["true"], WorkingDirectory = "/" });

    public static WorkloadSpec Site(string name, string root = "/srv") => Workload(name, WorkloadType.Service, new SiteRuntime { Root = root });

    public static RouteSpec Route(string service, string? path = null, string? host = null) => new() { Service = service, Path = path, Host = host };

    public static WorkloadSnapshot Ready(WorkloadSpec spec, params int[] ports) => Snapshot(
        spec,
        WorkloadState.Running,
        ready: true,
        "accepts connections",
        [.. (ports.Length == 0 ? [0] : ports).Select((port, index) => new ReplicaSnapshot
        {
            Index = index,
            State = WorkloadState.Running,
            Ready = true,
            Reason = "accepts connections",
            Endpoint = port == 0 ? null : new Endpoint("127.0.0.1", port),
        })]);

    public static WorkloadSnapshot NotReady(WorkloadSpec spec, WorkloadState state, string reason, Health health = Health.None, int? port = null) =>
        Snapshot(spec, state, ready: false, reason, [new ReplicaSnapshot { Index = 0, State = state, Health = health, Reason = reason, Endpoint = port is { } number ? new Endpoint("127.0.0.1", number) : null }], health);

    public static WorkloadSnapshot Snapshot(WorkloadSpec spec, WorkloadState state, bool ready, string reason, ImmutableArray<ReplicaSnapshot> replicas, Health health = Health.None) => new()
    {
        Workspace = spec.Workspace,
        Name = spec.Name,
        Type = spec.Type,
        Runtime = spec.Runtime.Kind,
        State = state,
        Health = health,
        Ready = ready,
        Reason = reason,
        Replicas = replicas,
    };

    private static WorkloadSpec Workload(string name, WorkloadType type, RuntimeSpec runtime) =>
        new() { Workspace = "", Name = name, Type = type, Runtime = runtime, Restart = RestartPolicy.OnFailure };
}
