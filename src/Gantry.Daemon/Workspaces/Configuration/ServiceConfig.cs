using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Daemon.Configuration.Types;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration;

/// <summary><c>[services.*]</c>: a process, a container or a site, as written.</summary>
internal sealed record ServiceConfig : Section
{
    public Setting<CommandConfig>? Command { get; init; }

    public Setting<Template>? Site { get; init; }

    public Setting<Template>? Image { get; init; }

    public Setting<WorkloadType> Type { get; init; } = Setting.Default(WorkloadType.Service);

    public Setting<Template>? Workdir { get; init; }

    public Setting<Template>? User { get; init; }

    public Setting<ImmutableArray<Named<Template>>> Env { get; init; } = Setting.Default<ImmutableArray<Named<Template>>>([]);

    public Setting<ImmutableArray<Setting<string>>> EnvFile { get; init; } = Setting.Default<ImmutableArray<Setting<string>>>([]);

    public Setting<int>? Port { get; init; }

    public Setting<int>? TargetPort { get; init; }

    /// <summary>A condition of null stands for the list's form: healthy where the other has a health test, else started.</summary>
    public Setting<ImmutableArray<Named<DependencyCondition?>>> DependsOn { get; init; } = Setting.Default<ImmutableArray<Named<DependencyCondition?>>>([]);

    public Setting<HealthConfig>? Health { get; init; }

    public Setting<RestartConfig> Restart { get; init; } = Setting.Default(new RestartConfig());

    public Setting<StopConfig> Stop { get; init; } = Setting.Default(new StopConfig());

    public Setting<LimitsConfig> Limits { get; init; } = Setting.Default(new LimitsConfig());

    public Setting<int> Replicas { get; init; } = Setting.Default(1);

    public Setting<ImmutableArray<Setting<string>>> Profiles { get; init; } = Setting.Default<ImmutableArray<Setting<string>>>([]);

    public Setting<CommandConfig>? Entrypoint { get; init; }

    public Setting<ImmutableArray<Setting<Template>>> Ports { get; init; } = Setting.Default<ImmutableArray<Setting<Template>>>([]);

    public Setting<ImmutableArray<Setting<Template>>> Volumes { get; init; } = Setting.Default<ImmutableArray<Setting<Template>>>([]);

    public Setting<ImmutableArray<Setting<string>>> Tmpfs { get; init; } = Setting.Default<ImmutableArray<Setting<string>>>([]);

    public Setting<ImmutableArray<Setting<string>>> Networks { get; init; } = Setting.Default<ImmutableArray<Setting<string>>>([]);

    public Setting<bool> Init { get; init; } = Setting.Default(ContainerDefaults.Init);

    public Setting<PullPolicy> Pull { get; init; } = Setting.Default(ContainerDefaults.Pull);

    public Setting<string>? Platform { get; init; }

    public Setting<ImmutableArray<Setting<string>>> CapAdd { get; init; } = Setting.Default<ImmutableArray<Setting<string>>>([]);

    public Setting<ImmutableArray<Setting<string>>> CapDrop { get; init; } = Setting.Default<ImmutableArray<Setting<string>>>([]);

    public Setting<bool> ReadOnly { get; init; } = Setting.Default(ContainerDefaults.ReadOnly);

    public ImmutableArray<string> ProfileNames => [.. Profiles.Value.Select(profile => profile.Value)];

    /// <summary>How it runs, judged by the keys that are there even where their values are wrong; null where none is.</summary>
    public RuntimeKind? Runtime => Has("image") ? RuntimeKind.Container : Has("site") ? RuntimeKind.Site : Has("command") ? RuntimeKind.Process : null;

    /// <summary>Whether it has a port: a service that is no site (see <see cref="WorkloadSpec.Listens"/>).</summary>
    public bool Listens => Type.Value == WorkloadType.Service && Runtime is RuntimeKind.Process or RuntimeKind.Container;

    private static ContainerRuntime ContainerDefaults { get; } = new() { Image = "" };
}

/// <summary>A command: a list that is executed as it stands, or one string for the shell.</summary>
internal sealed record CommandConfig(ImmutableArray<Template> Arguments, bool Shell);
