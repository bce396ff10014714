using Gantry.Workloads.Logs;

namespace Gantry.Workloads.Drivers;

/// <summary>How a guardian is started, and what it is told.</summary>
public sealed record GuardianOptions
{
    /// <summary>The environment's variable that says <c>off</c> where control groups are not to be used.</summary>
    public const string CgroupsVariable = "GANTRY_CGROUPS";

    /// <summary>The command that becomes the guardian of the home named by its last argument.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Whether control groups are used where the host has them.</summary>
    public bool UseCgroups { get; init; } = true;

    public LogRotation LogRotation { get; init; } = LogRotation.Default;
}
