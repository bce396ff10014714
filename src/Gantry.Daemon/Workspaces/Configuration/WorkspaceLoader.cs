using System.Collections.Immutable;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration;

/// <summary>What reading a workspace needs to know of its surroundings.</summary>
public sealed record LoadOptions
{
    /// <summary>The home's id; see <see cref="WorkspaceId"/>.</summary>
    public required string HomeId { get; init; }

    /// <summary>The caller's environment.</summary>
    public required ImmutableDictionary<string, string> Environment { get; init; }

    public ImmutableArray<string> Profiles { get; init; } = [];

    /// <summary>
    /// The sticky port in front of a service whose file names none, as (workspace id, service name) to port. Asked only
    /// once every other fault has been ruled out; null where no daemon is asked (<c>config validate</c>): then 0 stands in.
    /// </summary>
    public Func<string, string, int>? StickyPort { get; init; }
}

/// <summary>What came of it: a workspace, or errors; warnings either way.</summary>
public sealed record LoadResult(WorkspaceSpec? Workspace, ImmutableArray<Diagnostic> Diagnostics)
{
    public bool HasErrors => Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error);
}

/// <summary>From a folder to a resolved workspace: parse, bind, resolve, every diagnostic at once.</summary>
public static class WorkspaceLoader
{
    /// <param name="folder">Absolute path of the workspace's folder.</param>
    public static Task<LoadResult> LoadAsync(string folder, LoadOptions options, CancellationToken ct) => throw new NotImplementedException();
}
