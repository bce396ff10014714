using Gantry.Workloads;
using Gantry.Workloads.Addresses;
using Gantry.Workloads.Guardian;

namespace Gantry.Daemon.Hosting;

/// <summary>What a daemon needs to run, resolved.</summary>
public sealed record DaemonOptions
{
    public required HomeFolder Home { get; init; }

    /// <summary>Where the API listens besides its socket.</summary>
    public DoorOptions Api { get; init; } = new("127.0.0.1:4400", IsConfigured: false);

    /// <summary>Where the edge listens.</summary>
    public DoorOptions Http { get; init; } = new("127.0.0.1:8080", IsConfigured: false);

    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>The least level of the daemon's own log.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public LogRotation WorkloadLogs { get; init; } = LogRotation.Default;

    public bool UseCgroups { get; init; } = true;

    public (int First, int Last) Ports { get; init; } = (PortLeases.DefaultFirst, PortLeases.DefaultLast);

    /// <summary>After so long with nothing to run and nobody asking the daemon leaves; null for never.</summary>
    public TimeSpan? IdleExit { get; init; }

    /// <summary>The command that becomes a guardian; its last argument, the home, is added.</summary>
    public required IReadOnlyList<string> GuardianCommand { get; init; }
}

/// <param name="Address"><c>host:port</c>, or <c>off</c>.</param>
/// <param name="IsConfigured">Whether somebody chose it: then it must open, or the daemon does not start.</param>
public sealed record DoorOptions(string Address, bool IsConfigured)
{
    public bool IsOff => Address == "off";
}

/// <summary>How the daemon writes its own log.</summary>
public enum LogFormat
{
    /// <summary>For people: several words of context, colours on a terminal.</summary>
    Text,

    /// <summary>One short line each.</summary>
    Compact,

    /// <summary>One JSON object each.</summary>
    Json,
}
