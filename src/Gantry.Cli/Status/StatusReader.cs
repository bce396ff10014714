using System.Collections.Immutable;
using System.Text.Json;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Cli.Status;

/// <summary>
/// Reads a <see cref="WorkspaceStatus"/> by hand: the serializer's metadata alone would take as long as all the rest of
/// <c>gantry status</c>. What it does not know it skips.
/// </summary>
internal static class StatusReader
{
    /// <exception cref="JsonException">It is no status.</exception>
    public static WorkspaceStatus Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        string workspace = "", path = "", id = "";
        var services = ImmutableArray.CreateBuilder<ServiceStatus>();
        Enter(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("workspace"u8))
            {
                workspace = Text(ref reader) ?? "";
            }
            else if (reader.ValueTextEquals("path"u8))
            {
                path = Text(ref reader) ?? "";
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                id = Text(ref reader) ?? "";
            }
            else if (reader.ValueTextEquals("services"u8))
            {
                Enter(ref reader, JsonTokenType.StartArray);
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    services.Add(ReadService(ref reader));
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return new WorkspaceStatus(workspace, path, services.ToImmutable()) { Id = id };
    }

    private static ServiceStatus ReadService(ref Utf8JsonReader reader)
    {
        var service = new ServiceStatus("", WorkloadType.Service, RuntimeKind.Process, WorkloadState.Stopped, Health.None, false, "", null, null, []);
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("name"u8))
            {
                service = service with { Name = Text(ref reader) ?? "" };
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                service = service with { Type = TypeOf(Text(ref reader)) };
            }
            else if (reader.ValueTextEquals("runtime"u8))
            {
                service = service with { Runtime = RuntimeOf(Text(ref reader)) };
            }
            else if (reader.ValueTextEquals("state"u8))
            {
                service = service with { State = StateOf(Text(ref reader)) };
            }
            else if (reader.ValueTextEquals("health"u8))
            {
                service = service with { Health = HealthOf(Text(ref reader)) };
            }
            else if (reader.ValueTextEquals("ready"u8))
            {
                service = service with { Ready = reader.Read() && reader.GetBoolean() };
            }
            else if (reader.ValueTextEquals("reason"u8))
            {
                service = service with { Reason = Text(ref reader) ?? "" };
            }
            else if (reader.ValueTextEquals("url"u8))
            {
                service = service with { Url = Text(ref reader) };
            }
            else if (reader.ValueTextEquals("port"u8))
            {
                service = service with { Port = reader.Read() && reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : null };
            }
            else if (reader.ValueTextEquals("progress"u8))
            {
                service = service with { Progress = Text(ref reader) };
            }
            else if (reader.ValueTextEquals("replicas"u8))
            {
                service = service with { Replicas = ReadReplicas(ref reader) };
            }
            else
            {
                reader.Skip();
            }
        }

        return service;
    }

    private static ImmutableArray<ReplicaStatus> ReadReplicas(ref Utf8JsonReader reader)
    {
        var replicas = ImmutableArray.CreateBuilder<ReplicaStatus>();
        Enter(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var replica = new ReplicaStatus(0, WorkloadState.Stopped, Health.None, 0, null);
            while (NextProperty(ref reader))
            {
                if (reader.ValueTextEquals("ready"u8))
                {
                    replica = replica with { Ready = reader.Read() && reader.GetBoolean() };
                }
                else if (reader.ValueTextEquals("restarts"u8))
                {
                    replica = replica with { Restarts = reader.Read() ? reader.GetInt32() : 0 };
                }
                else if (reader.ValueTextEquals("index"u8))
                {
                    replica = replica with { Index = reader.Read() ? reader.GetInt32() : 0 };
                }
                else
                {
                    reader.Skip();
                }
            }

            replicas.Add(replica);
        }

        return replicas.ToImmutable();
    }

    internal static WorkloadState StateOf(string? word) => word switch
    {
        "waiting" => WorkloadState.Waiting,
        "preparing" => WorkloadState.Preparing,
        "starting" => WorkloadState.Starting,
        "running" => WorkloadState.Running,
        "backingOff" => WorkloadState.BackingOff,
        "stopping" => WorkloadState.Stopping,
        "stopped" => WorkloadState.Stopped,
        "completed" => WorkloadState.Completed,
        "failed" => WorkloadState.Failed,
        _ => throw new JsonException($"unknown state {word}"),
    };

    internal static Health HealthOf(string? word) => word switch
    {
        "starting" => Health.Starting,
        "healthy" => Health.Healthy,
        "unhealthy" => Health.Unhealthy,
        _ => Health.None,
    };

    internal static WorkloadType TypeOf(string? word) => word switch
    {
        "worker" => WorkloadType.Worker,
        "task" => WorkloadType.Task,
        _ => WorkloadType.Service,
    };

    internal static RuntimeKind RuntimeOf(string? word) => word switch
    {
        "container" => RuntimeKind.Container,
        "site" => RuntimeKind.Site,
        _ => RuntimeKind.Process,
    };

    private static void Enter(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new JsonException($"expected {token}");
        }
    }

    private static bool NextProperty(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    private static string? Text(ref Utf8JsonReader reader) => reader.Read() ? reader.GetString() : null;
}
