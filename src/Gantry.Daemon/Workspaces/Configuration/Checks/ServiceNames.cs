using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Types;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Checks;

/// <summary>The services of a workspace by name.</summary>
internal sealed class ServiceNames
{
    private readonly Dictionary<string, ServiceConfig> _byName;
    private readonly WorkspaceConfig _config;

    public ServiceNames(WorkspaceConfig config)
    {
        _config = config;
        _byName = config.Services.Value.ToDictionary(service => service.Name, service => service.Value, StringComparer.Ordinal);
    }

    public ServiceConfig? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The service of that name; null, and a fault, where there is none.</summary>
    /// <param name="asked">What asks for it: <c>services.api.depends_on</c>.</param>
    public ServiceConfig? Require(string name, SourcePlace place, string asked, DiagnosticList diagnostics)
    {
        if (_byName.TryGetValue(name, out var service))
        {
            return service;
        }

        if (!_config.MayDefine(name))
        {
            diagnostics.Error(place, $"{asked}: there is no service {Found.Quote(name)}", Suggestion.Help(name, _byName.Keys, "services"));
        }

        return null;
    }

    /// <summary>Names that cannot be, and names that would be the same host name.</summary>
    public static void Check(WorkspaceConfig config, DiagnosticList diagnostics)
    {
        var seen = new Dictionary<string, Named<ServiceConfig>>(StringComparer.OrdinalIgnoreCase);
        foreach (var service in config.Services.Value)
        {
            if (!WorkloadName.IsValid(service.Name))
            {
                diagnostics.Error(service.Place, $"services: {Found.Quote(service.Name)} is not a name for a service", $"a name is {WorkloadName.Rule}");
            }
            else if (!seen.TryAdd(service.Name, service))
            {
                var other = seen[service.Name];
                diagnostics.Error(service.Place, $"services: \"{service.Name}\" and \"{other.Name}\" ({other.Place}) differ only in case, but names become host names, which have none", "rename one of them");
            }
        }
    }
}
