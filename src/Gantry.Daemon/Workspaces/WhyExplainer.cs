using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Gantry.Workloads;
using Gantry.Workloads.Logs;

namespace Gantry.Daemon.Workspaces;

/// <summary>Follows the chain from a service that is not ready down to what is at the root of it.</summary>
internal sealed class WhyExplainer(WorkloadManager manager)
{
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
        if (snapshot.State != WorkloadState.Waiting)
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
            case var _ when snapshot.Unreachable is { } fault:
                return Cause(fault.Code, fault.Message, fault.Remedy, []);
            case WorkloadState.Waiting:
                return Cause("waits-for", snapshot.Reason, null, []);
            case WorkloadState.Stopped:
                return Cause("stopped", "it is stopped", $"gantry start {service.Name}", []);
            case WorkloadState.Failed or WorkloadState.BackingOff when replica?.Fault is { } fault:
                return await ExplainFaultAsync(fault, replica);
            case WorkloadState.Running when service.Type == WorkloadType.Task:
                return Cause("running", "it has not completed yet", null, LastWords.Shorten(await OutputAsync(index)));
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
            var who = snapshot.Replicas.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"replica {of.Index}: ") : "";
            if (fault.Code != "exited")
            {
                return Cause(fault.Code, who + fault.Message, fault.Remedy, fault.Code == "out-of-memory" ? LastWords.Shorten(await OutputAsync(of.Index)) : []);
            }

            var output = await OutputAsync(of.Index);
            var clue = OutputClues.Find(output);
            var retry = snapshot.State == WorkloadState.BackingOff
                ? string.Create(CultureInfo.InvariantCulture, $"; it is started again (restart {of.Restarts}{(service.Restart.MaxAttempts is { } most ? $" of {most}" : "")})")
                : "";
            return clue is null
                ? Cause("exited", who + fault.Message + retry, fault.Remedy, LastWords.Shorten(output))
                : Cause(clue.Code, $"{who}{fault.Message}: {clue.Message}{retry}", clue.Remedy, LastWords.Shorten(output));
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

            var code = snapshot.Health == Health.Unhealthy ? "unhealthy" : listening is { Stranger: not null } ? "port-in-use" : "not-ready";
            var remedy = code == "unhealthy" ? $"gantry logs {service.Name} shows more; gantry restart {service.Name} starts it anew" : null;
            return Cause(code, snapshot.Reason, remedy, LastWords.Shorten(await OutputAsync(index)));
        }
    }
}
