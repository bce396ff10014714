namespace Gantry.TestApp;

/// <summary>Time that passes, and time that passes until somebody ends the program.</summary>
internal static class Pause
{
    /// <summary>Longer than any test; what a broken test leaves behind still goes away by itself.</summary>
    public static readonly TimeSpan LongerThanAnyTest = TimeSpan.FromHours(1);

    public static Task ForAsync(TimeSpan time, CancellationToken ct = default) => Task.Delay(time, TimeProvider.System, ct);

    public static Task UntilEndedAsync(CancellationToken ct = default) => ForAsync(LongerThanAnyTest, ct);
}
