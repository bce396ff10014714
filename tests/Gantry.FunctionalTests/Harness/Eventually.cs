using Xunit;
using Xunit.Sdk;

namespace Gantry.FunctionalTests.Harness;

/// <summary>Waits for a state by looking at it again and again, up to one generous deadline.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until it is so; fails with what was waited for.</summary>
    /// <returns>How long it took.</returns>
    public static Task<TimeSpan> IsTrueAsync(Func<bool> check, string what, CancellationToken ct, TimeSpan? deadline = null) =>
        IsTrueAsync(() => Task.FromResult(check()), what, ct, deadline);

    /// <inheritdoc cref="IsTrueAsync(Func{bool}, string, CancellationToken, TimeSpan?)"/>
    public static Task<TimeSpan> IsTrueAsync(Func<Task<bool>> check, string what, CancellationToken ct, TimeSpan? deadline = null) =>
        PassesAsync(async () => Assert.True(await check(), what), ct, deadline);

    /// <summary>Waits until the assertions pass; fails with the last one that did not.</summary>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> PassesAsync(Func<Task> assertions, CancellationToken ct, TimeSpan? deadline = null)
    {
        var patience = deadline ?? Deadline;
        var pause = FirstPause;
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await assertions();
                return TimeProvider.System.GetElapsedTime(began);
            }
            catch (XunitException e) when (TimeProvider.System.GetElapsedTime(began) >= patience)
            {
                throw new XunitException($"not so after {patience.TotalSeconds:0.#} s: {e.Message}", e);
            }
            catch (XunitException)
            {
                // What is looked at may be the whole machine: what takes long is asked less often.
                await Task.Delay(pause, TimeProvider.System, ct);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 5 / 4, LongestPause.Ticks));
            }
        }
    }

    /// <summary>Asks until there is an answer that is not null.</summary>
    public static async Task<T> FindAsync<T>(Func<Task<T?>> find, string what, CancellationToken ct, TimeSpan? deadline = null)
        where T : class
    {
        T? found = null;
        await IsTrueAsync(async () => (found = await find()) is not null, what, ct, deadline);
        return found!;
    }
}
