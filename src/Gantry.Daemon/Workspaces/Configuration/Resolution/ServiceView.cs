using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Daemon.Configuration.Types;
using Gantry.Daemon.Workspaces.Configuration.Keys;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>A resolved service for people: its keys as the file would have to say them to leave nothing open.</summary>
internal static class ServiceView
{
    private static readonly ImmutableArray<string> OfContainers = Only("image");

    private static readonly ImmutableArray<string> OfWhatRuns = Only("command", "image");

    public static ImmutableArray<ShownSetting> Of(ServiceConfig service, WorkloadSpec spec, ResolvedEnvironment environment, ServiceText text)
    {
        // Variables come from several layers and have been resolved already.
        var complete = Complete(service, spec) with { Env = Setting.Default<ImmutableArray<Named<Template>>>([]) };
        return
        [
            .. ServiceKeys.Service.Parts(complete, new Showing(text.Show))
                .Where(shown => shown.Value is not (JsonArray { Count: 0 } or JsonObject { Count: 0 }))
                .Where(shown => Applies(shown.Path[0], spec.Runtime) && Matters(shown, spec)),
            .. environment.Shown,
        ];
    }

    /// <summary>The service with all that was left open filled in by what was resolved.</summary>
    private static ServiceConfig Complete(ServiceConfig service, WorkloadSpec spec) => service with
    {
        Port = service.Port ?? (spec.Port is > 0 and { } port ? Setting.At(port, Origin.Injected("chosen and kept")) : null),
        Workdir = service.Workdir ?? (spec.Runtime is ProcessRuntime ? Setting.Default(Template.Literal(".")) : null),
        DependsOn = service.DependsOn with
        {
            Value = [.. service.DependsOn.Value.Select(edge => edge with { Setting = edge.Setting with { Value = spec.DependsOn.FirstOrDefault(known => known.Workload == edge.Name)?.Condition } })],
        },
        Restart = service.Restart with
        {
            Value = service.Restart.Value with
            {
                Policy = service.Restart.Value.Policy ?? Setting.Default(spec.Restart.Mode),
                MaxAttempts = service.Restart.Value.MaxAttempts ?? Setting.Default(new AttemptLimit(spec.Restart.MaxAttempts)),
            },
        },
    };

    private static bool Applies(string key, RuntimeSpec runtime) => runtime switch
    {
        ContainerRuntime => true,
        ProcessRuntime => !OfContainers.Contains(key),
        _ => !OfContainers.Contains(key) && !OfWhatRuns.Contains(key),
    };

    /// <summary>What is never restarted has no use for the rest of its policy.</summary>
    private static bool Matters(ShownSetting shown, WorkloadSpec spec) => spec.Restart.Mode != RestartMode.Never || shown.Path is not ["restart", "backoff" or "max_attempts"];

    /// <summary>The keys that stand only beside these.</summary>
    private static ImmutableArray<string> Only(params string[] beside) =>
        [.. ServiceKeys.Service.Keys.Where(key => key.Facets.Beside.SequenceEqual(beside)).Select(key => key.Name)];
}
