using Gantry.Daemon.Configuration.Types;
using Gantry.Workloads;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gantry.Daemon.Workspaces;

/// <summary>Waits for a service, at the server's side: one request instead of many.</summary>
internal static class WaitEndpoint
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <param name="for"><c>ready</c>, <c>healthy</c> or <c>exit</c>.</param>
    /// <param name="timeout">Seconds, or with units: <c>500ms</c>, <c>30s</c>, <c>1m30s</c>.</param>
    public static async Task<Results<Ok<WaitAnswer>, JsonHttpResult<WaitAnswer>>> WaitAsync(
        string workspace,
        string service,
        string? @for,
        string? timeout,
        WorkspaceFinder finder,
        WorkloadManager manager,
        TimeProvider time,
        CancellationToken ct)
    {
        var (spec, workload) = finder.Find(workspace, service);
        var goal = @for ?? "ready";
        if (goal is not ("ready" or "healthy" or "exit"))
        {
            throw new WorkloadException(new Fault("bad-request", $"for={goal}: it can be waited for ready, healthy or exit"));
        }

        using var patience = new CancellationTokenSource(ParseTimeout(timeout), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        WaitAnswer? answer = null;
        try
        {
            await manager.Board.WaitAsync(() => (answer = Look(goal, manager, spec.Id, workload.Name)) is not null, either.Token);
            return TypedResults.Ok(answer!);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return TypedResults.Json(new WaitAnswer(false, manager.Look(workload).Reason, null), statusCode: StatusCodes.Status408RequestTimeout);
        }
    }

    /// <summary>What is not on the board and yet a part of the workspace will be there in a moment, or is just being taken away.</summary>
    private static WaitAnswer? Look(string goal, WorkloadManager manager, string workspace, string name) => manager.Board.Find(workspace, name) switch
    {
        { } snapshot => Judge(goal, snapshot),
        null when manager.Has(workspace, name) => null,
        null => new WaitAnswer(false, "it was taken away", null),
    };

    /// <summary>The answer, where it is clear; null while there is something to wait for.</summary>
    internal static WaitAnswer? Judge(string goal, WorkloadSnapshot snapshot)
    {
        var active = snapshot.Replicas.Any(replica => Lifecycle.IsActive(replica.State));
        var exit = snapshot.Replicas.Select(replica => replica.Exit?.Code).FirstOrDefault(code => code is not (null or 0)) ?? snapshot.Replicas.FirstOrDefault()?.Exit?.Code;
        var reached = goal switch
        {
            "exit" => !active && exit is not null,
            "healthy" => snapshot.Ready && snapshot.Health is Health.Healthy or Health.None,
            _ => snapshot.Ready,
        };
        if (reached)
        {
            return new WaitAnswer(true, snapshot.Reason, goal == "exit" ? exit : null);
        }

        // What has ended for good does not become ready by waiting.
        return active ? null : new WaitAnswer(false, snapshot.Reason, exit);
    }

    internal static TimeSpan ParseTimeout(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Longest;
        }

        var sound = Durations.TryRead(text, out var value, out _) || Durations.TryRead(text + "s", out value, out _);
        return sound && value <= Longest
            ? value
            : throw new WorkloadException(new Fault("bad-request", $"timeout={text} is no time", "write 500ms, 30s, 1m30s or 2h; at most 24h"));
    }
}
