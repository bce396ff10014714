using System.Collections.Immutable;
using Gantry.Workloads;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gantry.Daemon.Workspaces;

/// <summary><c>start</c>, <c>stop</c> and <c>restart</c>, of one service or of several at once.</summary>
internal static class ChangeEndpoints
{
    /// <param name="workspace">The group of one workspace.</param>
    /// <param name="service">The group of one service of it.</param>
    public static void Map(RouteGroupBuilder workspace, RouteGroupBuilder service)
    {
        workspace.MapPost("/start", (string workspace, ChangeRequest? request, WorkspaceFinder finder, WorkloadManager manager, StatusView status) =>
            ChangeAsync(workspace, request, finder, status, manager.StartAsync)).WithSummary("Start services and what they depend on; all where none is named");
        workspace.MapPost("/stop", (string workspace, ChangeRequest? request, WorkspaceFinder finder, WorkloadManager manager, StatusView status) =>
            ChangeAsync(workspace, request, finder, status, manager.StopAsync)).WithSummary("Stop services, dependents first; all where none is named; answers when they have stopped");
        workspace.MapPost("/restart", (string workspace, ChangeRequest? request, WorkspaceFinder finder, WorkloadManager manager, StatusView status) =>
            ChangeAsync(workspace, request, finder, status, manager.RestartAsync)).WithSummary("Have services end and start again, and start what they depend on; all where none is named");

        service.MapPost("/start", (string workspace, string service, WorkspaceFinder finder, WorkloadManager manager, StatusView status) =>
            ChangeOneAsync(workspace, service, finder, status, manager.StartAsync)).WithSummary("Start a service and what it depends on");
        service.MapPost("/stop", (string workspace, string service, WorkspaceFinder finder, WorkloadManager manager, StatusView status) =>
            ChangeOneAsync(workspace, service, finder, status, manager.StopAsync)).WithSummary("Stop a service; answers when it has stopped");
        service.MapPost("/restart", (string workspace, string service, WorkspaceFinder finder, WorkloadManager manager, StatusView status) =>
            ChangeOneAsync(workspace, service, finder, status, manager.RestartAsync)).WithSummary("Have a service end and start again, and start what it depends on");
    }

    private static async Task<Ok<ChangeAnswer>> ChangeAsync(string workspace, ChangeRequest? request, WorkspaceFinder finder, StatusView status, ChangeVerb change)
    {
        var wanted = request?.Services;
        if (wanted is { IsDefaultOrEmpty: true })
        {
            throw new WorkloadException(new Fault("bad-request", "services: the list is empty, and so names nobody", "name services, or leave services out to mean all"));
        }

        CallerText.CheckWords("services", wanted ?? []);
        var spec = finder.Find(workspace);
        ImmutableArray<string> names = [.. (wanted ?? []).Select(name => finder.Find(workspace, name).Service.Name).Distinct()];
        var changed = await change(spec.Id, names, CancellationToken.None);
        return TypedResults.Ok(new ChangeAnswer(status.Of(finder.Find(spec.Id)), changed.Workloads, changed.Moved, changed.Sequence));
    }

    private static async Task<Ok<ServiceStatus>> ChangeOneAsync(string workspace, string service, WorkspaceFinder finder, StatusView status, ChangeVerb change)
    {
        var (spec, workload) = finder.Find(workspace, service);
        await change(spec.Id, [workload.Name], CancellationToken.None);
        return TypedResults.Ok(status.Of(finder.Find(spec.Id), workload));
    }

    /// <summary>Not with the caller's token: once begun it is finished, whoever waits for it.</summary>
    private delegate Task<Change> ChangeVerb(string workspace, IReadOnlyCollection<string> names, CancellationToken ct);
}
