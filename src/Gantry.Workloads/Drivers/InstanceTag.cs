namespace Gantry.Workloads.Drivers;

/// <summary>What a runtime keeps with an instance for the daemon that adopts it.</summary>
/// <param name="Hash">See <see cref="SpecHash"/>.</param>
/// <param name="Port">The port it was given to listen on.</param>
internal sealed record InstanceTag(string Hash, int? Port);
