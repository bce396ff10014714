using System.Buffers;
using System.Text.Json;

namespace Gantry.Daemon.Edge.Pages;

/// <summary>Problem details (RFC 9457) with the fields of <see cref="Hosting.Problem"/> and what the edge adds.</summary>
internal static class ProblemJson
{
    public static ReadOnlyMemory<byte> Of(EdgeAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", answer.Title);
            json.WriteNumber("status", answer.Status);
            WriteUnlessNull(json, "detail", answer.Detail);
            json.WriteString("code", answer.Code);
            WriteUnlessNull(json, "remedy", answer.Remedy);
            if (answer.Service is { } service)
            {
                json.WriteString("workspace", service.Workspace);
                json.WriteString("service", service.Name);
                WriteUnlessNull(json, "state", service.Snapshot is { } snapshot ? JsonNamingPolicy.CamelCase.ConvertName(snapshot.State.ToString()) : null);
            }

            if (!answer.Hosts.IsEmpty)
            {
                json.WriteStartArray("hosts");
                foreach (var host in answer.Hosts)
                {
                    json.WriteStringValue(host);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteUnlessNull(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
