using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Workloads;

/// <summary>Enums are camel-case words in all of Gantry's JSON: <c>backingOff</c>.</summary>
public sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
