using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Daemon.Edge.Pages;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads.Logs;

namespace Gantry.Daemon.Hosting;

/// <summary>The JSON of the API: camel case, enums as words.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(EdgeProblem))]
[JsonSerializable(typeof(ApplyRequest))]
[JsonSerializable(typeof(ApplyAnswer))]
[JsonSerializable(typeof(ChangeRequest))]
[JsonSerializable(typeof(ChangeAnswer))]
[JsonSerializable(typeof(WorkspaceStatus))]
[JsonSerializable(typeof(ImmutableArray<WorkspaceStatus>))]
[JsonSerializable(typeof(ImmutableArray<WorkspaceSummary>))]
[JsonSerializable(typeof(ServiceEvent))]
[JsonSerializable(typeof(ExecStart))]
[JsonSerializable(typeof(WhyReport))]
[JsonSerializable(typeof(ImmutableArray<WhyReport>))]
[JsonSerializable(typeof(WaitAnswer))]
[JsonSerializable(typeof(LogLine))]
internal sealed partial class DaemonJson : JsonSerializerContext
{
    /// <summary>The same without escapes that only HTML needs: the API's texts are read by people, too.</summary>
    public static DaemonJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

internal static class DaemonJsonRegistration
{
    /// <summary>Has answers written, and described, as <see cref="DaemonJson"/> says.</summary>
    public static IServiceCollection AddDaemonJson(this IServiceCollection services) => services.ConfigureHttpJsonOptions(json =>
    {
        json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        json.SerializerOptions.TypeInfoResolverChain.Insert(0, DaemonJson.Default);
    });
}
