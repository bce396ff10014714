using System.Globalization;

namespace Gantry.Bench.Measuring;

/// <summary>A point in time that one process writes down and another reads: microseconds since 1970, in UTC.</summary>
internal static class Moment
{
    private const int TicksPerMicrosecond = 10;

    public static void Write(string path) =>
        File.WriteAllText(path, ((TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TicksPerMicrosecond).ToString(CultureInfo.InvariantCulture));

    public static DateTimeOffset Read(string path) =>
        DateTimeOffset.UnixEpoch.AddTicks(long.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture) * TicksPerMicrosecond);
}
