using System.Collections.Immutable;
using Gantry.Daemon.Edge;
using Gantry.Workloads.Drivers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gantry.Daemon.Hosting;

/// <summary>What concerns the daemon itself.</summary>
internal static class DaemonEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/version", (DaemonState state) => TypedResults.Ok(new VersionInfo(BuildVersion.Current, Environment.ProcessId, state.Options.Home.Path, state.StartedAt)))
            .WithTags("Daemon").WithSummary("Which daemon this is");
        api.MapPost("/daemon/stop", Stop).WithTags("Daemon").WithSummary("Have the daemon leave; what outlives it runs on");
        api.MapGet("/doctor", Examine).WithTags("Daemon").WithSummary("What the daemon has and what it misses");
    }

    public static void MapHealth(IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => TypedResults.Text("live\n")).WithTags("Health").WithSummary("Whether the daemon runs");
        app.MapGet("/health/ready", (DaemonState state) => state.IsReady ? Results.Text("ready\n") : Results.Text("starting\n", statusCode: StatusCodes.Status503ServiceUnavailable))
            .WithTags("Health").WithSummary("Whether the daemon has taken over and answers");
    }

    private static Accepted Stop(IHostApplicationLifetime lifetime)
    {
        lifetime.StopApplication();
        return TypedResults.Accepted((string?)null);
    }

    private static Ok<DoctorReport> Examine(DaemonState state, Doors doors, EdgeState edge, ProcessDriver processes)
    {
        var info = new DaemonInfo(Environment.ProcessId, state.Options.Home.Path, BuildVersion.Current, processes.GuardianPid, state.StartedAt);
        ImmutableArray<DoctorCheck> checks = [.. Doctor.CheckHost(state.Options.Home, state.Options.UseCgroups, processes.GuardianLimits), .. Doctor.Check(doors.All), .. Doctor.Check(edge.Map.Rejected)];
        return TypedResults.Ok(new DoctorReport(info, doors.All, checks));
    }
}

/// <summary>What everybody may know of the running daemon.</summary>
internal sealed class DaemonState(DaemonOptions options, TimeProvider time)
{
    public DaemonOptions Options => options;

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>Set once what an earlier daemon left is taken over.</summary>
    public bool IsReady { get; set; }
}
