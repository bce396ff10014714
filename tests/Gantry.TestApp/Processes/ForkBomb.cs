using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Gantry.TestApp.Processes;

/// <summary>
/// <c>fork-bomb [--max 5000] [--seconds 600]</c>: starts children until it is refused or the bound is reached, says how
/// many there were, and stays. Bounded, and the children only sleep, so that a mistake in a test does not end the host.
/// </summary>
internal static class ForkBomb
{
    private const int Bound = 20_000;
    private const int RefusalsEnough = 3;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var max = Math.Min(arguments.Number("--max", 5000), Bound);
        var seconds = arguments.Number("--seconds", 600).ToString(CultureInfo.InvariantCulture);
        var started = 0;
        for (var refused = 0; started < max && refused < RefusalsEnough;)
        {
            try
            {
                using var child = Process.Start(new ProcessStartInfo("/bin/sleep", [seconds]));
                started++;
            }
            catch (Win32Exception e)
            {
                refused++;
                await Console.Error.WriteLineAsync($"refused after {started}: {e.Message}");
            }
        }

        Console.WriteLine($"started {started} of {max}");
        await Pause.UntilEndedAsync();
        return 0;
    }
}
