using Gantry.Workloads.Logs;

namespace Gantry.Workloads.Drivers;

/// <summary>What a runtime keeps with an instance for the daemon that adopts it.</summary>
/// <param name="Hash">See <see cref="SpecHash"/>.</param>
/// <param name="Port">The port it was given to listen on.</param>
/// <param name="Output">Where in its log the run begins.</param>
/// <param name="Notify">Where it reports its readiness; null where it is not asked to, and from a daemon of an earlier version.</param>
internal sealed record InstanceTag(string Hash, int? Port, LogCursor Output, string? Notify = null);
