using System.Text.Json.Serialization;
using Gantry.Workloads.Drivers;

namespace Gantry.Workloads;

/// <summary>The JSON of what the assembly keeps on disk and hashes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, AllowOutOfOrderMetadataProperties = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(WorkspaceRecord))]
[JsonSerializable(typeof(SpecHash.Identity))]
[JsonSerializable(typeof(InstanceTag))]
[JsonSerializable(typeof(Dictionary<string, int>))]
internal sealed partial class WorkloadsJson : JsonSerializerContext;
