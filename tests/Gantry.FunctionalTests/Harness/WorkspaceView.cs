using System.Text.Json;
using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>A workspace as <c>gantry status --json</c> and the API tell it, read from the wire.</summary>
internal sealed record WorkspaceView(string Name, string Path, IReadOnlyList<ServiceView> Services)
{
    public ServiceView this[string service]
    {
        get
        {
            var found = Services.FirstOrDefault(candidate => candidate.Name == service);
            Assert.True(found is not null, $"the status has no service {service}");
            return found;
        }
    }

    /// <summary>The pids of everything that runs, by service, in the order of the replicas.</summary>
    public IReadOnlyDictionary<string, string> Pids => Services
        .Where(service => service.Replicas.Any(replica => replica.Pid is not null))
        .ToDictionary(service => service.Name, service => string.Join(' ', service.Replicas.Select(replica => replica.Pid)));

    public static WorkspaceView Of(JsonElement json) => new(
        json.GetProperty("workspace").GetString()!,
        json.GetProperty("path").GetString()!,
        [.. json.GetProperty("services").EnumerateArray().Select(ServiceView.Of)]);
}

internal sealed record ServiceView(string Name, string State, string Health, bool Ready, string Reason, string? Url, int? Port, IReadOnlyList<ReplicaView> Replicas)
{
    /// <summary>The pid of its only replica; fails where there is none.</summary>
    public int Pid
    {
        get
        {
            var pid = Assert.Single(Replicas).Pid;
            Assert.True(pid is not null, $"{Name} has no process: {this}");
            return pid.Value;
        }
    }

    public static ServiceView Of(JsonElement json) => new(
        json.GetProperty("name").GetString()!,
        json.GetProperty("state").GetString()!,
        json.GetProperty("health").GetString()!,
        json.GetProperty("ready").GetBoolean(),
        json.GetProperty("reason").GetString()!,
        json.GetProperty("url").GetString(),
        json.GetProperty("port") is { ValueKind: JsonValueKind.Number } port ? port.GetInt32() : null,
        [.. json.GetProperty("replicas").EnumerateArray().Select(ReplicaView.Of)]);

    public override string ToString() => $"{Name} is {State}, {Health}, {(Ready ? "" : "not ")}ready ({Reason}), restarts {string.Join(' ', Replicas.Select(replica => replica.Restarts))}";
}

internal sealed record ReplicaView(int Index, string State, string Health, int? Pid, int Restarts, int? Exit)
{
    public static ReplicaView Of(JsonElement json) => new(
        json.GetProperty("index").GetInt32(),
        json.GetProperty("state").GetString()!,
        json.GetProperty("health").GetString()!,
        Number(json, "pid"),
        json.GetProperty("restarts").GetInt32(),
        Number(json, "exit"));

    private static int? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}
