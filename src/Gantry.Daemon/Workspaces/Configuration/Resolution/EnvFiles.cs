using System.Collections.Immutable;
using Gantry.Daemon.Configuration;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>The files that the <c>env_file</c> of services name, each read once.</summary>
internal sealed class EnvFiles
{
    private readonly Dictionary<string, ImmutableArray<DotEnvVariable>> _files = new(StringComparer.Ordinal);

    /// <summary>Reads the files of all services that run; what is missing is a fault at the place that names it.</summary>
    public static async Task<EnvFiles> ReadAsync(Identity identity, Selection selection, DiagnosticList diagnostics, CancellationToken ct)
    {
        var files = new EnvFiles();
        foreach (var service in selection.Services)
        {
            foreach (var name in service.Value.EnvFile.Value.Where(name => !files._files.ContainsKey(name.Value)))
            {
                var asked = $"{TomlText.Join("services", service.Name)}.env_file";
                var file = await BoundedFile.ReadAsync(identity.Absolute(name.Value), ct);
                if (!file.Sound)
                {
                    diagnostics.Error(name.Place, $"{asked}: {Found.Quote(name.Value)} {file.Fault}", file.Missing ? "the path is relative to the workspace's folder" : null);
                }
                else
                {
                    files._files.Add(name.Value, DotEnv.Parse(file.Bytes, name.Value, diagnostics));
                }
            }
        }

        return files;
    }

    public ImmutableArray<DotEnvVariable> Find(string name) => _files.GetValueOrDefault(name, []);
}
