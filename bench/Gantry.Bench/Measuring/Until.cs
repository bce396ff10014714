namespace Gantry.Bench.Measuring;

/// <summary>Waits for what gives no notice.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(2);

    /// <summary>Looks every 2 ms until the condition holds, and returns how long that took.</summary>
    /// <exception cref="MeasuringException">It does not within a minute.</exception>
    public static async Task<TimeSpan> TrueAsync(Func<ValueTask<bool>> condition, string what, CancellationToken ct, TimeSpan? every = null)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                throw new MeasuringException($"{what}: not within {Patience.TotalSeconds:0} s");
            }

            await Task.Delay(every ?? LookEvery, TimeProvider.System, ct);
        }

        return TimeProvider.System.GetElapsedTime(since);
    }

    /// <inheritdoc cref="TrueAsync(Func{ValueTask{bool}}, string, CancellationToken, TimeSpan?)"/>
    public static Task<TimeSpan> TrueAsync(Func<bool> condition, string what, CancellationToken ct) =>
        TrueAsync(() => ValueTask.FromResult(condition()), what, ct);
}
