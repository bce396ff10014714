using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Daemon.Hosting;

/// <summary><c>GET /api/doctor</c> and <c>gantry doctor --json</c>.</summary>
public sealed record DoctorReport(DaemonInfo Daemon, ImmutableArray<DoorInfo> Doors, ImmutableArray<DoctorCheck> Checks)
{
    [JsonPropertyOrder(1)]
    public bool Ok => Checks.All(check => check.Status != CheckStatus.Failed);
}

/// <param name="Pid">Null where no daemon runs.</param>
/// <param name="Home">Absolute path of GANTRY_HOME.</param>
/// <param name="Guardian">Pid of the guardian; null where nothing needed one yet.</param>
public sealed record DaemonInfo(int? Pid, string Home, string Version, int? Guardian, DateTimeOffset? StartedAt);

/// <summary>A listener of the daemon, as it actually is.</summary>
/// <param name="Name"><c>socket</c>, <c>api</c>, <c>edge</c>, …</param>
/// <param name="Address">host:port, or the socket's path; null where closed.</param>
/// <param name="Status">Whether it is open; why not, in <paramref name="Note"/>.</param>
public sealed record DoorInfo(string Name, string? Address, DoorStatus Status, string? Note);

[JsonConverter(typeof(CamelCaseEnum<DoorStatus>))]
public enum DoorStatus
{
    Open,

    /// <summary>Closed by configuration.</summary>
    Off,

    /// <summary>Its default port is held by somebody else.</summary>
    Busy,
}

/// <summary>One thing that was looked at.</summary>
public sealed record DoctorCheck(string Name, CheckStatus Status, string Message, string? Remedy);

[JsonConverter(typeof(CamelCaseEnum<CheckStatus>))]
public enum CheckStatus
{
    Ok,

    Warning,

    Failed,
}

/// <summary>An error of the API: problem details (RFC 9457) with what Gantry adds.</summary>
public sealed record Problem
{
    public string Type { get; init; } = "about:blank";

    public required string Title { get; init; }

    public required int Status { get; init; }

    public string? Detail { get; init; }

    /// <summary>Stable, kebab-case, for programs.</summary>
    public required string Code { get; init; }

    /// <summary>What to do next.</summary>
    public string? Remedy { get; init; }

    /// <summary>Every fault of a configuration at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<Diagnostic> Diagnostics { get; init; }
}

/// <summary><c>GET /api/version</c>.</summary>
public sealed record VersionInfo(string Version, int Pid, string Home, DateTimeOffset StartedAt);
