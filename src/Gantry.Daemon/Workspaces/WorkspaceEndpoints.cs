using System.Collections.Immutable;
using Gantry.Daemon.Hosting;
using Gantry.Workloads;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gantry.Daemon.Workspaces;

/// <summary><c>/api/workspaces</c> and what is done to a workspace or service as a whole.</summary>
internal static class WorkspaceEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var workspaces = api.MapGroup("/workspaces").WithTags("Workspaces");
        workspaces.MapGet("/", (StatusView status) => TypedResults.Ok(status.All()))
            .WithSummary("All workspaces that are up");
        workspaces.MapPost("/", ApplyAsync)
            .WithSummary("Bring a folder's workspace to what its file says")
            .Produces<Problem>(StatusCodes.Status422UnprocessableEntity, "application/problem+json");
        workspaces.MapGet("/{workspace}", (string workspace, WorkspaceFinder finder, StatusView status) => TypedResults.Ok(status.Of(finder.Find(workspace))))
            .WithSummary("A workspace with all its services");
        workspaces.MapDelete("/{workspace}", RemoveAsync)
            .WithSummary("Take a workspace down; answers when nothing of it is left");

        var services = workspaces.MapGroup("/{workspace}/services/{service}").WithTags("Services");
        services.MapGet("/", GetService).WithSummary("One service");
        ChangeEndpoints.Map(workspaces.MapGroup("/{workspace}"), services);
        services.MapGet("/why", WhyAsync).WithSummary("Why a service is not ready");
        services.MapGet("/wait", WaitEndpoint.WaitAsync).WithSummary("Wait until a service is ready, healthy, or has exited")
            .Produces<WaitAnswer>(StatusCodes.Status408RequestTimeout);
        services.MapGet("/exec", ExecEndpoint.ExecAsync).WithSummary("Run a command where a service runs (WebSocket)");
        LogEndpoints.Map(workspaces, services);
    }

    private static async Task<Ok<ApplyAnswer>> ApplyAsync(ApplyRequest request, Applier applier, CancellationToken ct)
    {
        CallerText.CheckWords("path", [request.Path]);
        CallerText.CheckWords("services", request.Services);
        CallerText.CheckWords("profiles", request.Profiles);
        CallerText.CheckVariables("environment", request.Environment ?? ImmutableDictionary<string, string>.Empty);
        if (!Path.IsPathRooted(request.Path))
        {
            throw new WorkloadException(new Fault("bad-request", $"path {request.Path} is not absolute", "send the workspace's absolute path"));
        }

        return TypedResults.Ok(await applier.ApplyAsync(request, ct));
    }

    private static async Task<NoContent> RemoveAsync(string workspace, WorkspaceFinder finder, WorkloadManager manager)
    {
        // Not the caller's token: once begun it is finished, whoever waits for it.
        await manager.RemoveAsync(finder.Find(workspace).Id, CancellationToken.None);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<WhyReport>> WhyAsync(string workspace, string service, WorkspaceFinder finder, WhyExplainer explainer, CancellationToken ct)
    {
        var (spec, workload) = finder.Find(workspace, service);
        return TypedResults.Ok(await explainer.ExplainAsync(spec, workload, ct));
    }

    private static Ok<ServiceStatus> GetService(string workspace, string service, WorkspaceFinder finder, StatusView status)
    {
        var (spec, workload) = finder.Find(workspace, service);
        return TypedResults.Ok(status.Of(spec, workload));
    }
}
