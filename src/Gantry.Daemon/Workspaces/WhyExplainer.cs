using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Gantry.Workloads;
using Gantry.Workloads.Logs;

namespace Gantry.Daemon.Workspaces;

/// <summary>Follows the chain from a service that is not ready down to what is at the root of it.</summary>
internal sealed class WhyExplainer(WorkloadManager manager)
{
    /// <summary>What everything stops by: somebody takes its workspace down, or has.</summary>
    public const string TakenDownCode = "taken-down";

    private const string ReadyCode = "ready";

    public async Task<WhyReport> ExplainAsync(WorkspaceSpec workspace, WorkloadSpec service, CancellationToken ct)
    {
        var chain = ImmutableArray.CreateBuilder<WhyCause>();
        await FollowAsync(workspace, service, chain, ct);
        var ready = chain[0].Code == ReadyCode;
        var summary = (ready, chain.Count) switch
        {
            (true, _) => $"{service.Name} is ready: {chain[0].Message}",
            (_, 1) => $"{service.Name} is not ready: {chain[0].Message}",
            _ => $"{service.Name} is not ready because of {chain[^1].Service}: {chain[^1].Message}",
        };
        return new WhyReport(workspace.Name, service.Name, ready, summary, chain.ToImmutable());
    }

    private async Task FollowAsync(WorkspaceSpec workspace, WorkloadSpec service, ImmutableArray<WhyCause>.Builder chain, CancellationToken ct)
    {
        if (chain.Any(cause => cause.Service == service.Name))
        {
            return;
        }

        var snapshot = manager.Look(service);
        chain.Add(await ExplainOneAsync(workspace, service, snapshot, ct));
        if (snapshot.State != WorkloadState.Waiting || chain[^1].Code == TakenDownCode)
        {
            return;
        }

        var missing = service.DependsOn.FirstOrDefault(dependency => !Dependencies.IsMet(dependency, manager.Board.Find(workspace.Id, dependency.Workload)));
        if (missing is not null && workspace.Workloads.FirstOrDefault(workload => workload.Name == missing.Workload) is { } dependency)
        {
            await FollowAsync(workspace, dependency, chain, ct);
        }
    }

    private async Task<WhyCause> ExplainOneAsync(WorkspaceSpec workspace, WorkloadSpec service, WorkloadSnapshot snapshot, CancellationToken ct)
    {
        var replica = snapshot.Replicas.FirstOrDefault(replica => !replica.Ready && replica.State == snapshot.State)
            ?? snapshot.Replicas.FirstOrDefault(replica => !replica.Ready)
            ?? snapshot.Replicas.FirstOrDefault();
        var index = replica?.Index ?? 0;
        switch (snapshot.State)
        {
            case var _ when snapshot.Ready:
                return Cause(ReadyCode, snapshot.Reason, null, []);
            case var _ when manager.IsGoneOrGoing(workspace.Id):
                return Cause(TakenDownCode, "its workspace is being taken down", "gantry up", []);
            case var _ when snapshot.Unreachable is { } fault:
                return Cause(fault.Code, fault.Message, fault.Remedy, []);
            case WorkloadState.Waiting when replica is not { Fault: not null, Restarts: > 0 } || Dependencies.FindUnmet(service, manager.Board) is not null:
                return Cause("waits-for", snapshot.Reason, null, []);
            case WorkloadState.Stopped:
                return Cause("stopped", "it is stopped", $"gantry start {service.Name}", []);
            case WorkloadState.Failed or WorkloadState.BackingOff when replica?.Fault is { } fault:
                return await ExplainFaultAsync(fault, replica);
            case WorkloadState.Waiting or WorkloadState.Preparing or WorkloadState.Starting when replica is { Fault: { } fault, Restarts: > 0 }:
                return await ExplainFaultAsync(fault, replica);
            case WorkloadState.Running when service.Type == WorkloadType.Task && replica is not { Fault: not null, Restarts: > 0 }:
                return Cause("running", "it has not completed yet", null, LastWords.Shorten(await OutputAsync(index)));
            case WorkloadState.Running when service.Runtime is SiteRuntime && snapshot.Health == Health.Unhealthy:
                return Cause("site-missing", snapshot.Reason, "create the folder, or change site", []);
            case WorkloadState.Running:
                return await ExplainRunningAsync();
            case WorkloadState.Completed:
                return Cause("ended", snapshot.Reason, $"it ended by itself; a service that may end is a task: type = \"task\"", LastWords.Shorten(await OutputAsync(index)));
            default:
                return Cause(JsonNamingPolicy.KebabCaseLower.ConvertName($"{snapshot.State}"), snapshot.Progress ?? snapshot.Reason, null, []);
        }

        WhyCause Cause(string code, string message, string? remedy, ImmutableArray<LogLine> output) =>
            new(service.Name, snapshot.State, code, message, remedy, output);

        Task<ImmutableArray<LogLine>> OutputAsync(int of) => LastWords.OfRunAsync(manager.Logs, new InstanceId(workspace.Id, service.Name, of), ct);

        async Task<WhyCause> ExplainFaultAsync(Fault fault, ReplicaSnapshot of)
        {
            var message = $"{(snapshot.Replicas.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"replica {of.Index}: ") : "")}{fault.Message}";
            if (fault.Code is not ("exited" or "out-of-memory"))
            {
                return Cause(fault.Code, message, fault.Remedy, []);
            }

            var output = await LastWords.OfEndedRunAsync(manager.Logs, new InstanceId(workspace.Id, service.Name, of.Index), of.Exit, ct);
            return fault.Code == "exited" && OutputClues.Find(output) is { } clue
                ? Cause(clue.Code, $"{message}: {clue.Message}{Retry(of)}", clue.Remedy, LastWords.Shorten(output))
                : Cause(fault.Code, message + Retry(of), fault.Remedy, LastWords.Shorten(output));
        }

        string Retry(ReplicaSnapshot of)
        {
            var count = string.Create(CultureInfo.InvariantCulture, $"restart {of.Restarts}{(service.Restart.MaxAttempts is { } most ? $" of {most}" : "")}");
            return of.State switch
            {
                WorkloadState.Failed => "",
                WorkloadState.BackingOff => $"; it is started again ({count})",
                _ => $"; it was started again ({count}), and is not ready yet",
            };
        }

        async Task<WhyCause> ExplainRunningAsync()
        {
            var listening = service.Listens ? await manager.FindListenersAsync(workspace.Id, service.Name, index, ct) : null;
            if (replica is { Endpoint: null } && listening is { Endpoint: null, Others.Length: > 0 })
            {
                var others = string.Join(", ", listening.Others.Select(endpoint => endpoint.Port).Distinct());
                return Cause(
                    "wrong-port",
                    snapshot.Reason.Contains("it listens on", StringComparison.Ordinal) ? snapshot.Reason : $"{snapshot.Reason}; it listens on {others}",
                    $"have it listen on $PORT, or set target_port = {listening.Others[0].Port}",
                    []);
            }

            if (replica is { Fault: { } fault, Restarts: > 0 } && snapshot.Health != Health.Unhealthy)
            {
                // It has only just begun again: why it ended before tells more than what it has not done yet.
                return await ExplainFaultAsync(fault, replica);
            }

            var code = snapshot.Health == Health.Unhealthy ? "unhealthy" : listening is { Stranger: not null } ? "port-in-use" : "not-ready";
            var remedy = listening is { Endpoint: null, Stranger: null } ? "have it listen on $PORT; a program that listens nowhere is a worker: type = \"worker\""
                : code == "unhealthy" ? $"gantry logs {service.Name} shows more; gantry restart {service.Name} starts it anew"
                : null;
            return Cause(code, snapshot.Reason, remedy, LastWords.Shorten(await OutputAsync(index)));
        }
    }
}
