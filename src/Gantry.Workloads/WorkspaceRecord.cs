using System.Collections.Immutable;
using System.Globalization;

namespace Gantry.Workloads;

/// <summary>
/// What the next daemon has to know of a workspace: what was applied, resolved, so that a file which changed in the
/// meantime changes nothing that nobody asked for.
/// </summary>
public sealed record WorkspaceRecord
{
    public required WorkspaceSpec Spec { get; init; }

    /// <summary>Since when it is up: of two workspaces that want one name, the first to come has it, also after a daemon's end.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Workloads that somebody stopped by name and that stay stopped.</summary>
    public ImmutableSortedSet<string> Stopped { get; init; } = [];

    /// <summary>Replicas (<c>workload/index</c>) that have completed, with the hash of what completed.</summary>
    public ImmutableSortedDictionary<string, string> Completed { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Replicas (<c>workload/index</c>) that were told to end and run again, with the start of the run that was to end.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> Renewing { get; init; } = ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Set before a workspace is taken down: a daemon that finds it finishes that.</summary>
    public bool Removing { get; init; }

    /// <summary>How a replica is named in here.</summary>
    internal static string KeyOf(string workload, int index) => string.Create(CultureInfo.InvariantCulture, $"{workload}/{index}");

    /// <summary>The workload in such a name.</summary>
    internal static string WorkloadOf(string key) => key[..key.IndexOf('/')];
}
