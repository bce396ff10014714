using System.Collections.Immutable;
using Gantry.Daemon.Configuration;

namespace Gantry.Daemon.Workspaces.Configuration.Checks;

/// <summary>All that can be judged from the file alone.</summary>
internal static class WorkspaceChecks
{
    /// <summary>Reports every fault and gives the routes that are sound.</summary>
    public static ImmutableArray<Setting<RouteConfig>> Check(WorkspaceConfig config, ServiceNames names, DiagnosticList diagnostics)
    {
        WorkspaceNames.Check(config.Workspace.Value, diagnostics);
        ServiceNames.Check(config, diagnostics);
        ServiceChecks.CheckVariables(config.Env.Value, "env", diagnostics);
        foreach (var service in config.Services.Value)
        {
            ServiceChecks.Check(service, diagnostics);
        }

        foreach (var secret in config.Secrets.Value)
        {
            ServiceChecks.CheckProgram(secret.Value.Command, $"{TomlText.Join("secrets", secret.Name)}.command", diagnostics);
        }

        DependencyChecks.Check(config, names, diagnostics);
        PortClaims.Check(config, diagnostics);
        new ReferenceChecks(config, names, diagnostics).Check();
        return RouteChecks.Check(config, names, diagnostics);
    }
}
