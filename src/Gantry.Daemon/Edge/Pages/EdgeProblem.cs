using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Daemon.Hosting;
using Gantry.Workloads;

namespace Gantry.Daemon.Edge.Pages;

/// <summary>Problem details (RFC 9457) with the fields of <see cref="Problem"/>, and what the edge adds.</summary>
internal sealed record EdgeProblem(
    string Type,
    string Title,
    int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail,
    string Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Remedy)
{
    /// <summary>The name of the workspace that <see cref="Service"/> belongs to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Workspace { get; init; }

    /// <summary>The service that it is about.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Service { get; init; }

    /// <summary>Its state; absent where it never ran.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WorkloadState? State { get; init; }

    /// <summary>The hosts that do answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<string> Hosts { get; init; }

    public static byte[] Write(EdgeAnswer answer)
    {
        var problem = new EdgeProblem("about:blank", answer.Title, answer.Status, answer.Detail, answer.Code, answer.Remedy)
        {
            Workspace = answer.Service?.Workspace,
            Service = answer.Service?.Name,
            State = answer.Service?.Snapshot?.State,
            Hosts = answer.Hosts.IsEmpty ? default : answer.Hosts,
        };
        return JsonSerializer.SerializeToUtf8Bytes(problem, DaemonJson.Readable.EdgeProblem);
    }
}
