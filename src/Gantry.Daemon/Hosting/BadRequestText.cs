using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gantry.Daemon.Hosting;

/// <summary>What the framework finds wrong with a request, in the words of the API: its own name types of ours that no caller knows.</summary>
internal static partial class BadRequestText
{
    public static string Of(BadHttpRequestException exception)
    {
        if (exception.InnerException is JsonException json)
        {
            return Of(json);
        }

        return exception.Message.Contains("no body was provided", StringComparison.Ordinal) ? "a body is wanted, in JSON" : exception.Message;
    }

    private static string Of(JsonException json)
    {
        if (Missing().Match(json.Message) is { Success: true } missing)
        {
            return $"the body lacks {missing.Groups["names"].Value.Replace("'", "", StringComparison.Ordinal)}";
        }

        var place = json is { LineNumber: { } line, BytePositionInLine: { } column }
            ? string.Create(CultureInfo.InvariantCulture, $" (line {line + 1}, column {column + 1})")
            : "";
        var at = json.Path is { Length: > 0 } path && path != "$" ? path.TrimStart('$', '.') : "the body";
        return json.InnerException is JsonException ? $"the body is no JSON{place}: {Place().Replace(json.Message, "")}" : $"{at} is not of its type{place}";
    }

    [GeneratedRegex("missing required properties including: (?<names>.+?)\\.( Path:|$)", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Missing();

    [GeneratedRegex(@"\.? (?:Path: .* \| )?LineNumber: \d+ \| BytePositionInLine: \d+\.$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Place();
}
