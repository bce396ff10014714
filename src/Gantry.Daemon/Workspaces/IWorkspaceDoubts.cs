using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces;

/// <summary>
/// What a slice has to say when a workspace is applied, of things that are not wrong with its file and yet keep people from
/// reaching what it runs. Every slice may contribute one.
/// </summary>
internal interface IWorkspaceDoubts
{
    /// <summary>Warnings, each with its next step; none where all is well.</summary>
    IEnumerable<Diagnostic> Of(WorkspaceSpec workspace);
}
