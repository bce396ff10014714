namespace Gantry.TestApp.Signals;

/// <summary><c>crash-loop [--after 100ms] [--exit-code 3]</c>: starts well, then ends badly, each time.</summary>
internal static class CrashLoop
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        Console.WriteLine($"started as {Environment.ProcessId}");
        await Pause.ForAsync(arguments.Duration("--after") ?? TimeSpan.FromMilliseconds(100));
        await Console.Error.WriteLineAsync("fatal: the flux capacitor is not charged");
        return arguments.Number("--exit-code", 3);
    }
}
