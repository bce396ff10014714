using System.Collections.Immutable;
using System.Text.Json;

namespace Gantry.Workloads;

/// <summary>
/// What of a spec a running instance consists of. Two specs with one hash run alike, so a change that leaves it as it
/// is restarts nothing: health, restart and stop rules, dependencies, replicas and the port in front are looked at by
/// Gantry itself.
/// </summary>
public static class SpecHash
{
    private const int Characters = 16;

    public static string Of(WorkloadSpec spec)
    {
        var identity = new Identity(spec.Type, spec.Runtime, spec.Env, spec.TargetPort, spec.Limits, spec.Lifetime, spec.Health?.Probe is Probes.NotifyProbe);
        var json = JsonSerializer.SerializeToUtf8Bytes(identity, WorkloadsJson.Default.Identity);
        return StableHash.ToHex(StableHash.Add(StableHash.Empty, json), Characters);
    }

    /// <summary>The parts that count. The order of the properties is part of every hash ever made.</summary>
    internal sealed record Identity(
        WorkloadType Type,
        RuntimeSpec Runtime,
        ImmutableSortedDictionary<string, string> Env,
        int? TargetPort,
        Limits Limits,
        Lifetime Lifetime,
        bool Notify);
}
