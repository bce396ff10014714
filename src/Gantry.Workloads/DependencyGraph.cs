using System.Collections.Immutable;

namespace Gantry.Workloads;

/// <summary>Who waits for whom in a workspace. Dependencies on names that are not there are left out: the file's reader has refused them.</summary>
public sealed class DependencyGraph
{
    private readonly ImmutableDictionary<string, ImmutableArray<string>> _dependencies;
    private readonly ImmutableArray<string> _names;

    private DependencyGraph(ImmutableArray<string> names, ImmutableDictionary<string, ImmutableArray<string>> dependencies)
    {
        _names = names;
        _dependencies = dependencies;
    }

    /// <param name="workloads">Each name with those it waits for, in the order of the file.</param>
    public static DependencyGraph Of(IEnumerable<(string Name, IEnumerable<string> DependsOn)> workloads)
    {
        var all = workloads.ToImmutableArray();
        var names = all.Select(workload => workload.Name).ToImmutableArray();
        var known = names.ToHashSet(StringComparer.Ordinal);
        return new DependencyGraph(names, all.ToImmutableDictionary(w => w.Name, w => w.DependsOn.Where(known.Contains).Distinct().ToImmutableArray()));
    }

    public static DependencyGraph Of(IEnumerable<WorkloadSpec> workloads) =>
        Of(workloads.Select(spec => (spec.Name, spec.DependsOn.Select(dependency => dependency.Workload))));

    /// <summary>The names and all that they wait for, directly or not, each after its dependencies.</summary>
    public ImmutableArray<string> WithDependencies(IEnumerable<string> names)
    {
        var order = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>();
        foreach (var name in names)
        {
            Add(name);
        }

        return order.ToImmutable();

        void Add(string name)
        {
            if (_dependencies.TryGetValue(name, out var dependencies) && seen.Add(name))
            {
                foreach (var dependency in dependencies)
                {
                    Add(dependency);
                }

                order.Add(name);
            }
        }
    }

    /// <summary>All names, each after those it waits for.</summary>
    public ImmutableArray<string> StartOrder() => WithDependencies(_names);

    /// <summary>Those that wait directly for a name.</summary>
    public IEnumerable<string> DependentsOf(string name) => _names.Where(other => _dependencies[other].Contains(name));
}
