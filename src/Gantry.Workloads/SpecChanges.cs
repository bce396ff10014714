using System.Collections.Immutable;

namespace Gantry.Workloads;

/// <summary>Two specs of one workload, and in words what is different. Values are not told: they may be secrets.</summary>
internal static class SpecChanges
{
    /// <summary>Changes of what runs, which take a new run.</summary>
    public static ImmutableArray<string> OfRun(WorkloadSpec before, WorkloadSpec after)
    {
        var changes = ImmutableArray.CreateBuilder<string>();
        Add(changes, "type", before.Type, after.Type);
        Add(changes, "target_port", before.TargetPort, after.TargetPort);
        Add(changes, "lifetime", before.Lifetime, after.Lifetime);
        Add(changes, "limits", before.Limits, after.Limits);
        AddRuntime(changes, before.Runtime, after.Runtime);
        AddEnvironment(changes, before.Env, after.Env);
        if ((before.Health?.Probe is Probes.NotifyProbe) != (after.Health?.Probe is Probes.NotifyProbe))
        {
            changes.Add("health changed to or from notify");
        }

        return changes.Count > 0 ? changes.ToImmutable() : ["changed"];
    }

    /// <summary>Changes of the rules around it, which take none.</summary>
    public static ImmutableArray<string> OfRules(WorkloadSpec before, WorkloadSpec after)
    {
        var changes = ImmutableArray.CreateBuilder<string>();
        if (!AreEqual(before.Health, after.Health))
        {
            changes.Add("health changed");
        }

        Add(changes, "restart", before.Restart, after.Restart);
        Add(changes, "stop", before.Stop, after.Stop);
        Add(changes, "port", before.Port, after.Port);
        AddList(changes, "depends_on", before.DependsOn, after.DependsOn);
        return changes.ToImmutable();
    }

    /// <summary>Whether two health tests are the same.</summary>
    public static bool AreEqual(Probes.HealthSpec? before, Probes.HealthSpec? after) => Comparable(before) == Comparable(after);

    /// <summary>A record compares its lists by reference; as text they compare by content.</summary>
    private static string? Comparable(Probes.HealthSpec? health) =>
        health?.Probe is Probes.ExecProbe exec ? $"{string.Join('\0', exec.Command)} {health with { Probe = new Probes.ExecProbe([]) }}" : health?.ToString();

    private static void AddRuntime(ImmutableArray<string>.Builder changes, RuntimeSpec before, RuntimeSpec after)
    {
        switch (before, after)
        {
            case (ProcessRuntime a, ProcessRuntime b):
                AddList(changes, "command", a.Command, b.Command);
                Add(changes, "workdir", a.WorkingDirectory, b.WorkingDirectory);
                Add(changes, "user", a.User, b.User);
                break;
            case (SiteRuntime a, SiteRuntime b):
                Add(changes, "site", a.Root, b.Root);
                break;
            case (ContainerRuntime a, ContainerRuntime b):
                Add(changes, "image", a.Image, b.Image);
                break;
            default:
                changes.Add($"runtime {before.Kind} -> {after.Kind}".ToLowerInvariant());
                break;
        }
    }

    private static void AddEnvironment(ImmutableArray<string>.Builder changes, ImmutableSortedDictionary<string, string> before, ImmutableSortedDictionary<string, string> after)
    {
        foreach (var name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            var (was, had) = (before.GetValueOrDefault(name), before.ContainsKey(name));
            var (now, has) = (after.GetValueOrDefault(name), after.ContainsKey(name));
            if (had != has)
            {
                changes.Add($"env {name} {(has ? "added" : "removed")}");
            }
            else if (was != now)
            {
                changes.Add($"env {name} changed");
            }
        }
    }

    private static void Add<T>(ImmutableArray<string>.Builder changes, string name, T before, T after)
    {
        if (!EqualityComparer<T>.Default.Equals(before, after))
        {
            changes.Add($"{name} changed");
        }
    }

    private static void AddList<T>(ImmutableArray<string>.Builder changes, string name, ImmutableArray<T> before, ImmutableArray<T> after)
    {
        if (!before.SequenceEqual(after))
        {
            changes.Add($"{name} changed");
        }
    }
}
