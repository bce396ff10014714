using Gantry.Daemon.Configuration;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>Who a workspace is.</summary>
/// <param name="Id">See <see cref="Gantry.Workloads.WorkspaceId"/>.</param>
/// <param name="Folder">Absolute and canonical.</param>
/// <param name="Home">The caller's home folder, for <c>~/</c>; null where the environment names none.</param>
internal sealed record Identity(string Id, string Folder, Setting<string> Name, Setting<string> Domain, string? Home)
{
    /// <summary>The absolute form of a path that is written relative to the workspace, or to the caller's home by <c>~</c>.</summary>
    public string Absolute(string path)
    {
        if (Home is not null && (path == "~" || path.StartsWith("~/", StringComparison.Ordinal)))
        {
            path = Path.Combine(Home, path[1..].TrimStart('/'));
        }

        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, Folder));
    }
}
