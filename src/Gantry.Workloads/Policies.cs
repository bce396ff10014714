using System.Text.Json.Serialization;

namespace Gantry.Workloads;

/// <summary>When a workload that ended is started again, and how long that waits.</summary>
public sealed record RestartPolicy
{
    public required RestartMode Mode { get; init; }

    /// <summary>The wait before the first restart; doubles with each further one.</summary>
    public TimeSpan BackoffMin { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Restarts in a row before the workload has failed for good; null for no end. A run that was ready and lasted <see cref="StableAfter"/> starts the count anew.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>A run of this length counts as sound: back-off and attempts begin again.</summary>
    public static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(10);

    public static readonly RestartPolicy Never = new() { Mode = RestartMode.Never };

    /// <summary>What services and workers have unless they say otherwise.</summary>
    public static readonly RestartPolicy OnFailure = new() { Mode = RestartMode.OnFailure, MaxAttempts = 5 };

    /// <summary>The wait before restart number <paramref name="attempt"/> (1-based): the minimum doubled each time, capped by the maximum.</summary>
    public TimeSpan Backoff(int attempt)
    {
        // 2^40 minima are beyond any maximum; the cap keeps the shift from overflowing.
        var doublings = Math.Clamp(attempt - 1, 0, 40);
        var ticks = BackoffMin.Ticks * Math.Pow(2, doublings);
        return ticks >= BackoffMax.Ticks ? BackoffMax : TimeSpan.FromTicks((long)ticks);
    }
}

[JsonConverter(typeof(CamelCaseEnum<RestartMode>))]
public enum RestartMode
{
    Never,

    /// <summary>After a non-zero exit status or a signal.</summary>
    OnFailure,

    /// <summary>After every exit.</summary>
    Always,
}

/// <summary>How a workload is asked to end, and how long before it is made to.</summary>
public sealed record StopPolicy
{
    public static readonly StopPolicy Default = new();

    /// <summary>The signal's name, <c>SIGTERM</c> and the like (see <see cref="Native.Signals"/>).</summary>
    public string Signal { get; init; } = "SIGTERM";

    /// <summary>The time between the signal and SIGKILL for whatever is left of the group.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);
}
