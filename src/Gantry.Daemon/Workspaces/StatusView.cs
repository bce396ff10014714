using System.Collections.Immutable;
using System.Globalization;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>Shows workspaces as the API does: what the board knows, with the addresses that the edge gives.</summary>
/// <param name="edgePort">The port at which the edge answers for a service by its own name; null where it is closed, or the name somebody else's.</param>
internal sealed class StatusView(WorkloadManager manager, Func<WorkspaceSpec, string, int?> edgePort)
{
    public ImmutableArray<WorkspaceSummary> All() =>
    [
        .. manager.Workspaces.OrderBy(spec => spec.Name, StringComparer.Ordinal).Select(spec =>
        {
            var services = manager.WorkloadsOf(spec).Select(manager.Look).ToList();
            return new WorkspaceSummary(
                spec.Id,
                spec.Name,
                spec.Path,
                spec.Lifetime,
                services.Count,
                services.Count(service => service.Ready),
                services.Count(service => service.State == WorkloadState.Failed));
        }),
    ];

    public WorkspaceStatus Of(WorkspaceSpec spec) =>
        new(spec.Name, spec.Path, [.. manager.WorkloadsOf(spec).Select(workload => Of(spec, workload))])
        {
            Id = spec.Id,
            Lifetime = spec.Lifetime,
        };

    public ServiceStatus Of(WorkspaceSpec spec, WorkloadSpec workload) => Of(spec, manager.Look(workload));

    public ServiceStatus Of(WorkspaceSpec spec, WorkloadSnapshot snapshot) => new(
        snapshot.Name,
        snapshot.Type,
        snapshot.Runtime,
        snapshot.State,
        snapshot.Health,
        snapshot.Ready,
        snapshot.Reason,
        UrlOf(spec, snapshot),
        snapshot.Port,
        [.. snapshot.Replicas.Select(Of)])
    {
        Progress = snapshot.Progress,
    };

    /// <summary>An event as the API shows it; null for workspaces that are gone in the meantime.</summary>
    public ServiceEvent? Of(WorkloadEvent happened)
    {
        if (happened.Workload is not { } snapshot)
        {
            return new ServiceEvent(happened.Sequence, happened.Time, happened.Kind, happened.Workspace, null);
        }

        return manager.Find(happened.Workspace) is { } spec
            ? new ServiceEvent(happened.Sequence, happened.Time, happened.Kind, happened.Workspace, Of(spec, snapshot))
            : null;
    }

    private static ReplicaStatus Of(ReplicaSnapshot replica) => new(replica.Index, replica.State, replica.Health, replica.Restarts, replica.Exit?.Code)
    {
        Pid = replica.Pid,
        Container = replica.Container,
        Ready = replica.Ready,
        Reason = replica.Reason,
    };

    private string? UrlOf(WorkspaceSpec spec, WorkloadSnapshot snapshot)
    {
        var serves = snapshot.Runtime == RuntimeKind.Site || snapshot.Port is not null;
        return (serves, edgePort(spec, snapshot.Name), snapshot.Port) switch
        {
            (true, { } edge, _) => string.Create(CultureInfo.InvariantCulture, $"http://{snapshot.Name.ToLowerInvariant()}.{spec.Domain}:{edge}"),
            (true, null, { } port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
            _ => null,
        };
    }
}
