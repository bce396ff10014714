using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Daemon.Configuration.Types;
using Gantry.Workloads;

namespace Gantry.Daemon.Workspaces.Configuration;

/// <summary>
/// A workspace as somebody wrote it, every value with its place. Readers of other formats produce the same record, and
/// everything after it is the same for all of them.
/// </summary>
internal sealed record WorkspaceConfig : Section
{
    public Setting<WorkspaceSection> Workspace { get; init; } = Setting.Default(new WorkspaceSection());

    /// <summary>What every service's environment has.</summary>
    public Setting<ImmutableArray<Named<Template>>> Env { get; init; } = Setting.Default<ImmutableArray<Named<Template>>>([]);

    public Setting<ImmutableArray<Named<SecretConfig>>> Secrets { get; init; } = Setting.Default<ImmutableArray<Named<SecretConfig>>>([]);

    public Setting<ImmutableArray<Named<ServiceConfig>>> Services { get; init; } = Setting.Default<ImmutableArray<Named<ServiceConfig>>>([]);

    public Setting<ProxyConfig> Proxy { get; init; } = Setting.Default(new ProxyConfig());

    /// <summary>The file as the user would name it.</summary>
    public string FileName { get; init; } = WorkspaceFolder.FileName;

    /// <summary>Lines that could not be read. What stands in one of them may be defined there, so nothing is said of its absence.</summary>
    public ImmutableArray<string> UnreadableLines { get; init; } = [];

    public bool MayDefine(string name) => UnreadableLines.Any(line => line.Contains(name, StringComparison.Ordinal));
}

/// <summary><c>[workspace]</c></summary>
internal sealed record WorkspaceSection : Section
{
    public Setting<string>? Name { get; init; }

    public Setting<string>? Domain { get; init; }

    public Setting<Lifetime> Lifetime { get; init; } = Setting.Default(Workloads.Lifetime.Workspace);
}

/// <summary><c>[secrets]</c>: where one secret is read from; exactly one of the three.</summary>
internal sealed record SecretConfig : Section
{
    public Setting<string>? Env { get; init; }

    public Setting<Template>? File { get; init; }

    public Setting<CommandConfig>? Command { get; init; }
}

/// <summary><c>[proxy]</c></summary>
internal sealed record ProxyConfig : Section
{
    public Setting<ImmutableArray<Setting<RouteConfig>>> Routes { get; init; } = Setting.Default<ImmutableArray<Setting<RouteConfig>>>([]);
}

/// <summary><c>[[proxy.routes]]</c></summary>
internal sealed record RouteConfig : Section
{
    public Setting<string>? Host { get; init; }

    public Setting<string>? Path { get; init; }

    public Setting<string>? Service { get; init; }
}
