using System.Text.Json.Serialization;

namespace Gantry.Workloads;

/// <summary>Where a replica is in its life. What happens between the states is in <see cref="Lifecycle"/>.</summary>
[JsonConverter(typeof(CamelCaseEnum<WorkloadState>))]
public enum WorkloadState
{
    /// <summary>Wanted, and waiting for its dependencies.</summary>
    Waiting,

    /// <summary>Slow work before the start: an image is pulled, a tool is checked.</summary>
    Preparing,

    /// <summary>The driver is starting it.</summary>
    Starting,

    /// <summary>It runs; whether it is ready is another question.</summary>
    Running,

    /// <summary>It ended and will be started again after a wait.</summary>
    BackingOff,

    /// <summary>It was asked to end and has not yet.</summary>
    Stopping,

    /// <summary>It is not wanted and not there.</summary>
    Stopped,

    /// <summary>It ended as it should, and stays ended.</summary>
    Completed,

    /// <summary>It ended as it should not, and stays ended.</summary>
    Failed,
}

/// <summary>What the health test says. Without a test it is <see cref="None"/>, unless a service does not listen where and when it should.</summary>
[JsonConverter(typeof(CamelCaseEnum<Health>))]
public enum Health
{
    None,
    Starting,
    Healthy,
    Unhealthy,
}
