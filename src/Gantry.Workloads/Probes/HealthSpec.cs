using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Gantry.Workloads.Probes;

/// <summary>A health test and its rhythm.</summary>
public sealed record HealthSpec
{
    public required ProbeSpec Probe { get; init; }

    /// <summary>Between two probes once ready; before that probes come faster (see <see cref="Prober"/>).</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one probe may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Failures in a row that make a ready workload unhealthy.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>How long after the start failures are only "not yet": until then nothing becomes unhealthy.</summary>
    public TimeSpan StartPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether becoming unhealthy restarts the replica, under its restart policy.</summary>
    public bool Restart { get; init; }
}

/// <summary>What is tested: a closed family, told apart by <c>kind</c> in JSON.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(HttpProbe), "http")]
[JsonDerivedType(typeof(TcpProbe), "tcp")]
[JsonDerivedType(typeof(ExecProbe), "exec")]
[JsonDerivedType(typeof(LogProbe), "log")]
[JsonDerivedType(typeof(NotifyProbe), "notify")]
public abstract record ProbeSpec;

/// <summary>Healthy when <c>GET</c> on the target port answers with 200 to 399, or exactly <paramref name="Status"/> where given.</summary>
public sealed record HttpProbe(string Path, int? Port = null, int? Status = null) : ProbeSpec;

/// <summary>Healthy when the port (the target port where null) accepts a connection.</summary>
public sealed record TcpProbe(int? Port = null) : ProbeSpec;

/// <summary>Healthy when the command, run where the workload runs and with its environment, exits with 0.</summary>
public sealed record ExecProbe(ImmutableArray<string> Command) : ProbeSpec;

/// <summary>Healthy once a line of output matches the regular expression; it is never unhealthy afterwards.</summary>
public sealed record LogProbe(string Pattern) : ProbeSpec;

/// <summary>Healthy once the workload sends <c>READY=1</c> to <c>NOTIFY_SOCKET</c> (the protocol of sd_notify(3)).</summary>
public sealed record NotifyProbe : ProbeSpec;
