using System.Diagnostics.CodeAnalysis;
using Gantry.Daemon.Configuration.Types;

namespace Gantry.Daemon.Workspaces.Configuration.Keys;

/// <summary>Back-off as text: <c>1s..30s</c>, or one duration that stays the same.</summary>
internal static class BackoffText
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static bool TryRead(string text, [MaybeNullWhen(false)] out BackoffRange value, out string? fault)
    {
        value = null;
        var ends = text.Split("..");
        if (ends.Length > 2)
        {
            fault = null;
            return false;
        }

        if (!Durations.TryRead(ends[0].Trim(), out var minimum, out fault) || !Durations.TryRead(ends[^1].Trim(), out var maximum, out fault))
        {
            return false;
        }

        if (minimum > maximum)
        {
            fault = "the shorter duration comes first";
            return false;
        }

        value = new BackoffRange(minimum, maximum);
        return maximum <= Longest;
    }

    public static string Write(BackoffRange range) => range.Minimum == range.Maximum
        ? Durations.Write(range.Minimum)
        : $"{Durations.Write(range.Minimum)}..{Durations.Write(range.Maximum)}";
}
