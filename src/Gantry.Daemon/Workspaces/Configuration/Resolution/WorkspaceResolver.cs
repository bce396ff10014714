using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Types;
using Gantry.Daemon.Workspaces.Configuration.Checks;
using Gantry.Daemon.Workspaces.Configuration.Keys;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>
/// From what is written to what runs. Asked twice: first with stand-ins for ports and secrets, so that every fault is
/// found before anything is chosen or any command is run, then with the real ones.
/// </summary>
internal sealed class WorkspaceResolver(WorkspaceConfig config, Identity identity, ServiceNames names, Selection selection, Variables variables, EnvFiles files, DiagnosticList diagnostics)
{
    public required ImmutableArray<Setting<RouteConfig>> Routes { get; init; }

    public required ImmutableDictionary<string, string> InheritedEnv { get; init; }

    /// <param name="stickyPort">The port in front of a service that names none.</param>
    public ResolvedWorkspace Resolve(Func<string, int> stickyPort, Secrets secrets)
    {
        var interpolator = new Interpolator(identity, names, selection, variables, diagnostics)
        {
            FrontPort = name => names.Find(name)?.Port?.Value ?? stickyPort(name),
            Secrets = secrets,
        };
        var workloads = ImmutableArray.CreateBuilder<WorkloadSpec>();
        var view = ImmutableArray.CreateBuilder<ConfigViewSection>();
        view.Add(ShowWorkspace());
        foreach (var service in selection.Services.Where(service => service.Value.Runtime is not null))
        {
            if (ResolveService(service, interpolator) is var (workload, shown))
            {
                workloads.Add(workload);
                view.Add(shown);
            }
        }

        var routes = Routes.Where(route => selection.Includes(route.Value.Service!.Value)).ToArray();
        view.AddRange(routes.Select(route => new ConfigViewSection(["proxy", "routes"], [.. WorkspaceKeys.Route.Parts(route.Value, Showing.AsWritten)], InList: true)));
        var spec = new WorkspaceSpec
        {
            Id = identity.Id,
            Name = identity.Name.Value,
            Path = identity.Folder,
            Domain = identity.Domain.Value,
            Lifetime = config.Workspace.Value.Lifetime.Value,
            InheritedEnv = InheritedEnv,
            Workloads = workloads.ToImmutable(),
            Routes = [.. routes.Select(route => new RouteSpec { Host = RouteChecks.Host(route.Value), Path = route.Value.Path?.Value, Service = route.Value.Service!.Value })],
        };
        return new ResolvedWorkspace(spec, new ConfigView(view.ToImmutable()));
    }

    private (WorkloadSpec Spec, ConfigViewSection Shown)? ResolveService(Named<ServiceConfig> named, Interpolator interpolator)
    {
        var service = named.Value;
        var text = new ServiceText(TomlText.Join("services", named.Name), new Consumer(named.Name, service.Runtime!.Value), interpolator);
        var environment = service.Runtime == RuntimeKind.Site
            ? ResolvedEnvironment.Empty
            : new EnvironmentLayers(config, names, selection, files, interpolator, diagnostics).Resolve(named, text.Consumer);
        var health = new PolicyResolver(diagnostics).Health(service, text);
        if (new RuntimeResolver(identity, diagnostics).Resolve(service, text) is not { } runtime)
        {
            return null;
        }

        var spec = new WorkloadSpec
        {
            Workspace = identity.Id,
            Name = named.Name,
            Type = service.Type.Value,
            Runtime = runtime,
            Env = environment.Values,
            InheritedEnv = InheritedEnv,
            Port = service.Listens ? interpolator.FrontPort(named.Name) : null,
            TargetPort = service.Listens ? service.TargetPort?.Value : null,
            DependsOn = Dependencies(service),
            Health = health,
            Restart = PolicyResolver.Restart(service),
            Stop = PolicyResolver.Stop(service),
            Limits = PolicyResolver.Limits(service),
            Replicas = service.Replicas.Value,
            Lifetime = config.Workspace.Value.Lifetime.Value,
        };
        return (spec, new ConfigViewSection(["services", named.Name], ServiceView.Of(service, spec, environment, text)));
    }

    private ImmutableArray<Dependency> Dependencies(ServiceConfig service) =>
    [
        .. service.DependsOn.Value
            .Where(edge => names.Find(edge.Name) is not null)
            .Select(edge => new Dependency(edge.Name, DependencyChecks.ConditionOf(edge, names.Find(edge.Name)!)))
            .DistinctBy(dependency => dependency.Workload),
    ];

    private ConfigViewSection ShowWorkspace()
    {
        var complete = config.Workspace.Value with { Name = identity.Name, Domain = identity.Domain };
        return new ConfigViewSection(["workspace"], [.. WorkspaceKeys.Workspace.Parts(complete, Showing.AsWritten)]);
    }
}

internal sealed record ResolvedWorkspace(WorkspaceSpec Spec, ConfigView View);
