using System.Text.Json;
using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>How a command ended, and what it said.</summary>
/// <param name="ExitCode">128 plus the signal's number where a signal ended it.</param>
internal sealed record CommandResult(string Line, int ExitCode, string Stdout, string Stderr, TimeSpan Duration)
{
    /// <summary>Fails, with everything that was said, unless it ended so.</summary>
    public CommandResult ShouldExit(int code)
    {
        Assert.True(ExitCode == code, $"{Line} ended with {ExitCode} instead of {code}\n{Show(Stdout, Stderr)}");
        return this;
    }

    /// <summary>The output as one JSON document; fails where it is anything else.</summary>
    public JsonElement Json()
    {
        try
        {
            using var document = JsonDocument.Parse(Stdout);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            Assert.Fail($"the output of {Line} is no JSON: {e.Message}\n{Show(Stdout, Stderr)}");
            throw;
        }
    }

    public override string ToString() => $"{Line} ended with {ExitCode} after {Duration.TotalMilliseconds:0} ms\n{Show(Stdout, Stderr)}";

    internal static string Show(string stdout, string stderr) => $"--- stdout\n{stdout}\n--- stderr\n{stderr}";
}
