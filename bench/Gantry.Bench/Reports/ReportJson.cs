using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Bench.Reports;

/// <summary>A report for programs: every sample, and the medians.</summary>
internal static class ReportJson
{
    public static string Of(Report report) => JsonSerializer.Serialize(report, BenchJson.Default.Report) + "\n";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Report))]
internal sealed partial class BenchJson : JsonSerializerContext;
