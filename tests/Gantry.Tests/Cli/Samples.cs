using System.Collections.Immutable;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Tests.Cli;

/// <summary>States and events as a daemon tells them.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static ServiceStatus Service(
        string name,
        WorkloadState state,
        bool ready = false,
        string? reason = null,
        WorkloadType type = WorkloadType.Service,
        Health health = Health.None,
        int restarts = 0,
        int? port = null,
        string? url = null) =>
        new(name, type, RuntimeKind.Process, state, health, ready, reason ?? state.ToString().ToLowerInvariant(), url, port, [Replica(0, state, ready, restarts)]);

    public static ReplicaStatus Replica(int index, WorkloadState state, bool ready, int restarts = 0) =>
        new(index, state, Health.None, restarts, null) { Ready = ready, Reason = state.ToString().ToLowerInvariant() };

    public static WorkspaceStatus Workspace(params ServiceStatus[] services) =>
        new("shop", "/srv/shop", [.. services]) { Id = "0123456789ab" };

    public static ApplyAnswer Answer(WorkspaceStatus workspace, params PlanStep[] plan) =>
        new(workspace, [.. plan], [.. workspace.Services.Select(service => service.Name)], [], 100);

    public static PlanStep Start(string name) => new(PlanAction.Start, name, null, ["not running"]);

    public static ServiceEvent Event(long sequence, ServiceStatus service, double seconds = 0) =>
        new(sequence, Noon.AddSeconds(seconds), WorkloadEventKind.Changed, "0123456789ab", service);

    public static ImmutableArray<T> List<T>(params T[] items) => [.. items];
}
