using System.Globalization;

namespace Gantry.Bench.Measuring;

/// <summary>A point in time that one process writes down and another reads: microseconds since 1970, in UTC.</summary>
internal static class Moment
{
    private const int TicksPerMicrosecond = 10;

    /// <summary>Writes down the present, whole or not at all.</summary>
    public static void Write(string path) => Write(path, TimeProvider.System.GetUtcNow());

    /// <inheritdoc cref="Write(string)"/>
    public static void Write(string path, DateTimeOffset moment)
    {
        var begun = path + ".begun";
        File.WriteAllText(begun, ((moment - DateTimeOffset.UnixEpoch).Ticks / TicksPerMicrosecond).ToString(CultureInfo.InvariantCulture));
        File.Move(begun, path, overwrite: true);
    }

    public static DateTimeOffset Read(string path) =>
        DateTimeOffset.UnixEpoch.AddTicks(long.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture) * TicksPerMicrosecond);
}
