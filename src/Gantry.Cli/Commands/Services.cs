using Gantry.Cli.Connection;
using Gantry.Cli.Failures;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Workspaces;

namespace Gantry.Cli.Commands;

/// <summary>Finds what a command's words mean among the services of a workspace that is up.</summary>
internal static class Services
{
    /// <summary>The workspace's state, and the services that were named; all where none was.</summary>
    /// <exception cref="CliException">It is not up, or has no such service.</exception>
    public static async Task<(WorkspaceStatus Workspace, IReadOnlyList<string> Names)> FindAsync(DaemonClient client, Target target, CancellationToken ct)
    {
        var folder = target.RequireFolder();
        var status = await client.FindStatusAsync(client.IdOf(folder), ct) ?? throw CommandContext.NotUp(folder);
        var names = status.Services.Select(service => service.Name).ToList();
        Require(target.Services, names, status.Workspace);
        return (status, target.Services.IsEmpty ? names : target.Services);
    }

    /// <exception cref="CliException">One of them is no service of the workspace.</exception>
    public static void Require(IEnumerable<string> wanted, IReadOnlyCollection<string> names, string workspace)
    {
        if (wanted.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            throw CliException.Usage("unknown-service", $"{workspace} has no service {unknown}", Suggestion.Help(unknown, names, "it has"));
        }
    }
}
