using System.Globalization;

namespace Gantry.FunctionalTests.Harness;

/// <summary>How many files a process that runs may have open.</summary>
internal static class Descriptors
{
    public static void Need() => Needs.Tool("prlimit");

    /// <summary>Not a single one more than it keeps: those that it has open just for a moment do not count.</summary>
    public static async Task TakeAwayAsync(HostProcess process, CancellationToken ct)
    {
        var lowest = int.MaxValue;
        for (var look = 0; look < 20; look++)
        {
            var taken = Directory.EnumerateFileSystemEntries($"/proc/{process.Pid}/fd").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).ToHashSet();
            lowest = Math.Min(lowest, Enumerable.Range(0, int.MaxValue).First(fd => !taken.Contains(fd)));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, ct);
        }

        await LimitAsync(process, lowest, ct);
    }

    public static async Task LimitAsync(HostProcess process, int descriptors, CancellationToken ct) => (await new Command(
        "prlimit",
        string.Create(CultureInfo.InvariantCulture, $"--pid={process.Pid}"),
        string.Create(CultureInfo.InvariantCulture, $"--nofile={descriptors}:")).RunAsync(ct)).ShouldExit(0);
}
