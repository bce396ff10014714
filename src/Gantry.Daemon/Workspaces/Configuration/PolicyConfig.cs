using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Workloads;
using Gantry.Workloads.Probes;

namespace Gantry.Daemon.Workspaces.Configuration;

/// <summary>A service's <c>health</c>: exactly one test, and its rhythm.</summary>
internal sealed record HealthConfig : Section
{
    private static readonly HealthSpec Standard = new() { Probe = new NotifyProbe() };

    public Setting<Template>? Http { get; init; }

    public Setting<PortOrTarget>? Tcp { get; init; }

    public Setting<CommandConfig>? Exec { get; init; }

    public Setting<Template>? Log { get; init; }

    public Setting<bool>? Notify { get; init; }

    public Setting<int>? Port { get; init; }

    public Setting<int>? Status { get; init; }

    public Setting<TimeSpan> Interval { get; init; } = Setting.Default(Standard.Interval);

    public Setting<TimeSpan> Timeout { get; init; } = Setting.Default(Standard.Timeout);

    public Setting<int> Retries { get; init; } = Setting.Default(Standard.Retries);

    public Setting<TimeSpan> StartPeriod { get; init; } = Setting.Default(Standard.StartPeriod);

    public Setting<bool> Restart { get; init; } = Setting.Default(Standard.Restart);
}

/// <summary>A port, or the target port where null.</summary>
internal sealed record PortOrTarget(int? Port);

/// <summary>A service's <c>restart</c>; what is not written depends on the service's type.</summary>
internal sealed record RestartConfig : Section
{
    public Setting<RestartMode>? Policy { get; init; }

    public Setting<BackoffRange> Backoff { get; init; } = Setting.Default(new BackoffRange(RestartPolicy.OnFailure.BackoffMin, RestartPolicy.OnFailure.BackoffMax));

    public Setting<AttemptLimit>? MaxAttempts { get; init; }
}

/// <summary>The wait before the first restart, and what it doubles up to.</summary>
internal sealed record BackoffRange(TimeSpan Minimum, TimeSpan Maximum);

/// <summary>A number of restarts in a row; null for no end.</summary>
internal sealed record AttemptLimit(int? Count);

/// <summary>A service's <c>stop</c>.</summary>
internal sealed record StopConfig : Section
{
    public Setting<string> Signal { get; init; } = Setting.Default(StopPolicy.Default.Signal);

    public Setting<TimeSpan> Grace { get; init; } = Setting.Default(StopPolicy.Default.Grace);
}

/// <summary>A service's <c>limits</c>; what is not written is not limited.</summary>
internal sealed record LimitsConfig : Section
{
    public Setting<long>? Memory { get; init; }

    public Setting<double>? Cpus { get; init; }

    public Setting<int>? Pids { get; init; }

    public Setting<int>? OpenFiles { get; init; }
}
