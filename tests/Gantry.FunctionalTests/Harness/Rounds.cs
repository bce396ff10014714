using System.Globalization;

namespace Gantry.FunctionalTests.Harness;

/// <summary>How often a crash test repeats itself: a few times, or at full length with <c>./test --chaos</c>.</summary>
internal static class Rounds
{
    public static int Of(int few) =>
        int.TryParse(Environment.GetEnvironmentVariable("GANTRY_TEST_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : few;
}
