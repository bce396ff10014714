using Gantry.Cli.Connection;
using Gantry.Cli.Failures;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Workspaces;
using Gantry.Daemon.Workspaces.Configuration;

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
        await RequireAsync(target.Services, names, status.Workspace, folder, ct);
        return (status, target.Services.IsEmpty ? names : target.Services);
    }

    /// <param name="folder">The workspace's: what its file has besides is told apart from what nobody knows.</param>
    /// <exception cref="CliException">One of them is no service of the workspace.</exception>
    public static async Task RequireAsync(IEnumerable<string> wanted, IReadOnlyCollection<string> names, string workspace, string folder, CancellationToken ct)
    {
        if (wanted.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            var file = await WorkspaceFile.ReadAsync(folder, new DiagnosticList(), ct);
            var written = file?.Services.Value.ToDictionary(service => service.Name, service => service.Value.ProfileNames);
            var fault = UnknownService.Of(workspace, unknown, names, written);
            throw CliException.Usage(fault.Code, fault.Message, fault.Remedy);
        }
    }
}
