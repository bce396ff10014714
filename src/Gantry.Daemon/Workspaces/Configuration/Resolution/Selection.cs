using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Types;
using Gantry.Daemon.Workspaces.Configuration.Checks;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>Which services run: those without profiles, those of the chosen profiles, and all that these depend on.</summary>
internal sealed class Selection
{
    private readonly HashSet<string> _enabled = new(StringComparer.Ordinal);
    private readonly ServiceNames _names;

    private Selection(WorkspaceConfig config, ServiceNames names, ImmutableArray<string> profiles)
    {
        _names = names;
        foreach (var service in config.Services.Value)
        {
            var wanted = service.Value.Profiles.Value;
            if (wanted.IsEmpty || wanted.Any(profile => profiles.Contains(profile.Value)))
            {
                Enable(service.Name);
            }
        }

        Services = [.. config.Services.Value.Where(service => _enabled.Contains(service.Name))];
    }

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<Named<ServiceConfig>> Services { get; }

    public bool Includes(string service) => _enabled.Contains(service);

    public static Selection Of(WorkspaceConfig config, ServiceNames names, ImmutableArray<string> profiles, DiagnosticList diagnostics)
    {
        var known = config.Services.Value.SelectMany(service => service.Value.Profiles.Value).Select(profile => profile.Value).Distinct().ToArray();
        foreach (var profile in profiles.Where(profile => !known.Contains(profile) && !config.MayDefine(profile)))
        {
            diagnostics.Error(SourcePlace.Whole(config.FileName), $"no service has the profile {Found.Quote(profile)}", Suggestion.Help(profile, known, "profiles"));
        }

        return new Selection(config, names, profiles);
    }

    // A dependency is pulled in whatever its profile; the set of names bounds the recursion.
    private void Enable(string name)
    {
        if (_names.Find(name) is { } service && _enabled.Add(name))
        {
            foreach (var edge in service.DependsOn.Value)
            {
                Enable(edge.Name);
            }
        }
    }
}
