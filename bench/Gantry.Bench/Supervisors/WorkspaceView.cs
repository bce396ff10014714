using System.Collections.Immutable;
using System.Text.Json;

namespace Gantry.Bench.Supervisors;

/// <summary>What the measurements look at in a workspace's status.</summary>
/// <param name="Ready">Whether every service is.</param>
/// <param name="Pids">Of all replicas that run.</param>
/// <param name="Ports">The stable ports by service.</param>
/// <param name="Urls">The addresses at the edge by service.</param>
internal sealed record WorkspaceView(string Id, bool Ready, ImmutableArray<int> Pids, ImmutableDictionary<string, int> Ports, ImmutableDictionary<string, string> Urls)
{
    public static WorkspaceView Of(JsonElement status)
    {
        var services = status.GetProperty("services").EnumerateArray().ToArray();
        return new WorkspaceView(
            status.GetProperty("id").GetString()!,
            services.Length > 0 && services.All(service => service.GetProperty("ready").GetBoolean()),
            [.. services.SelectMany(service => service.GetProperty("replicas").EnumerateArray()).Select(Pid).OfType<int>()],
            services.Where(service => service.GetProperty("port").ValueKind == JsonValueKind.Number).ToImmutableDictionary(Name, service => service.GetProperty("port").GetInt32()),
            services.Where(service => service.GetProperty("url").ValueKind == JsonValueKind.String).ToImmutableDictionary(Name, service => service.GetProperty("url").GetString()!));
    }

    private static string Name(JsonElement service) => service.GetProperty("name").GetString()!;

    private static int? Pid(JsonElement replica) => replica.TryGetProperty("pid", out var pid) && pid.ValueKind == JsonValueKind.Number ? pid.GetInt32() : null;
}
