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
    /// <summary>Children that are let go in the end: the runtime's own threads count against the limit, too, and without room for one it aborts.</summary>
    private const int Room = 8;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var max = Math.Min(arguments.Number("--max", 5000), Bound);
        var seconds = arguments.Number("--seconds", 600).ToString(CultureInfo.InvariantCulture);
        var started = 0;
        var youngest = new Queue<Process>();
        var refused = false;
        while (started < max && !refused)
        {
            try
            {
                youngest.Enqueue(Process.Start(new ProcessStartInfo("/bin/sleep", [seconds]))!);
                started++;
                if (youngest.Count > Room)
                {
                    youngest.Dequeue().Dispose();
                }
            }
            catch (Win32Exception e)
            {
                refused = true;
                MakeRoom(youngest);
                await Console.Error.WriteLineAsync($"refused after {started}: {e.Message}");
            }
        }

        Console.WriteLine($"started {started} of {max}");
        await Pause.UntilEndedAsync();
        return 0;
    }

    private static void MakeRoom(Queue<Process> children)
    {
        while (children.TryDequeue(out var child))
        {
            child.Kill();
            child.Dispose();
        }
    }
}
