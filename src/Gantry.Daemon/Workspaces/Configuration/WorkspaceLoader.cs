using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Configuration.Interpolation;
using Gantry.Daemon.Configuration.Types;
using Gantry.Daemon.Workspaces.Configuration.Checks;
using Gantry.Daemon.Workspaces.Configuration.Resolution;
using Gantry.Workloads;
using Gantry.Workloads.Native;

namespace Gantry.Daemon.Workspaces.Configuration;

/// <summary>What reading a workspace needs to know of its surroundings.</summary>
public sealed record LoadOptions
{
    /// <summary>The home's id; see <see cref="WorkspaceId"/>.</summary>
    public required string HomeId { get; init; }

    /// <summary>The caller's environment.</summary>
    public required ImmutableDictionary<string, string> Environment { get; init; }

    public ImmutableArray<string> Profiles { get; init; } = [];

    /// <summary>
    /// The sticky port in front of a service whose file names none, as (workspace id, service name) to port. Asked only
    /// once every other fault has been ruled out; null where no daemon is asked (<c>config validate</c>): then 0 stands in.
    /// </summary>
    public Func<string, string, IReadOnlySet<int>, int>? StickyPort { get; init; }

    /// <summary>The clock for the time limit of commands that print secrets.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>What came of it: a workspace, or errors; warnings either way.</summary>
public sealed record LoadResult(WorkspaceSpec? Workspace, ImmutableArray<Diagnostic> Diagnostics)
{
    public bool HasErrors => Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error);

    /// <summary>The same workspace for people; null where there are errors.</summary>
    public ConfigView? View { get; init; }

    /// <summary>The services that were left out because none of their profiles was chosen, with these.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> LeftOut { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;
}

/// <summary>From a folder to a resolved workspace: parse, bind, resolve, every diagnostic at once.</summary>
public static class WorkspaceLoader
{
    /// <summary>What a shell sets for itself and nothing that it starts should inherit from another folder.</summary>
    private static readonly ImmutableArray<string> ShellNoise = ["_", "SHLVL", "PWD", "OLDPWD"];

    /// <param name="folder">Absolute path of the workspace's folder.</param>
    public static async Task<LoadResult> LoadAsync(string folder, LoadOptions options, CancellationToken ct)
    {
        var diagnostics = new DiagnosticList();
        var canonical = CanonicalPath.Of(folder);
        var config = await WorkspaceFile.ReadAsync(canonical, diagnostics, ct);
        return config is null
            ? new LoadResult(null, diagnostics.InOrder())
            : await ResolveAsync(config, canonical, options, diagnostics, ct);
    }

    /// <summary>Resolves a workspace as written, from whatever format it came.</summary>
    internal static async Task<LoadResult> ResolveAsync(WorkspaceConfig config, string folder, LoadOptions options, DiagnosticList diagnostics, CancellationToken ct)
    {
        var names = new ServiceNames(config);
        var routes = WorkspaceChecks.Check(config, names, diagnostics);
        var identity = IdentityOf(config.Workspace.Value, folder, options);
        var variables = await Variables.ReadAsync(folder, options.Environment, diagnostics, ct);
        var selection = Selection.Of(config, names, options.Profiles, diagnostics);
        var files = await EnvFiles.ReadAsync(identity, selection, diagnostics, ct);
        var resolver = new WorkspaceResolver(config, identity, names, selection, variables, files, diagnostics)
        {
            Routes = routes,
            InheritedEnv = options.Environment.RemoveRange(ShellNoise),
        };

        // A rehearsal: what can be wrong is found before a command is run or a port is chosen.
        var rehearsal = resolver.Resolve(_ => 0, Secrets.None);
        var secrets = await ReadSecretsAsync(config, selection, identity, names, variables, options, diagnostics, ct);
        if (diagnostics.HasErrors)
        {
            return new LoadResult(null, Hide(diagnostics.InOrder(), secrets));
        }

        var named = rehearsal.Spec.Workloads.SelectMany(workload => (int?[])[workload.Port, workload.TargetPort]).OfType<int>().Where(port => port != 0).ToHashSet();
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        var resolved = resolver.Resolve(StickyPort, secrets);
        return new LoadResult(resolved.Spec, Hide(diagnostics.InOrder(), secrets))
        {
            View = resolved.View,
            LeftOut = config.Services.Value.Where(service => !selection.Includes(service.Name)).ToImmutableDictionary(service => service.Name, service => service.Value.ProfileNames),
        };

        int StickyPort(string name) =>
            ports.TryGetValue(name, out var known) ? known : ports[name] = options.StickyPort?.Invoke(identity.Id, name, named) ?? 0;
    }

    private static Identity IdentityOf(WorkspaceSection section, string folder, LoadOptions options)
    {
        var name = WorkspaceNames.NameOf(section, folder);
        return new Identity(
            WorkspaceId.Of(options.HomeId, folder),
            folder,
            name,
            WorkspaceNames.DomainOf(section, name.Value),
            options.Environment.GetValueOrDefault("HOME"));
    }

    /// <summary>Variables and files are looked at in any case; commands are run only where nothing else is wrong.</summary>
    private static async Task<Secrets> ReadSecretsAsync(WorkspaceConfig config, Selection selection, Identity identity, ServiceNames names, Variables variables, LoadOptions options, DiagnosticList diagnostics, CancellationToken ct)
    {
        var used = UsedSecrets(config, selection);
        var interpolator = new Interpolator(identity, names, selection, variables, diagnostics) { FrontPort = _ => 0, Secrets = Secrets.None };
        var reader = new SecretReader(identity, variables, interpolator, options, diagnostics);
        var quick = await reader.ReadAsync(used.Where(secret => secret.Value.Command is null), ct);
        if (diagnostics.HasErrors)
        {
            return quick;
        }

        return quick.With(await reader.ReadAsync(used.Where(secret => secret.Value.Command is not null), ct));
    }

    private static ImmutableArray<Named<SecretConfig>> UsedSecrets(WorkspaceConfig config, Selection selection)
    {
        var running = selection.Services.Where(service => service.Value.Runtime is RuntimeKind.Process or RuntimeKind.Container).ToArray();
        var variables = running.SelectMany(service => service.Value.Env.Value).Concat(running.Length == 0 ? [] : config.Env.Value);
        var used = variables.SelectMany(variable => variable.Value.References)
            .OfType<DottedReference>()
            .Where(reference => reference.Path is ["secret", _])
            .Select(reference => reference.Path[1])
            .ToHashSet(StringComparer.Ordinal);
        return [.. config.Secrets.Value.Where(secret => used.Contains(secret.Name))];
    }

    private static ImmutableArray<Diagnostic> Hide(ImmutableArray<Diagnostic> diagnostics, Secrets secrets) =>
        [.. diagnostics.Select(diagnostic => diagnostic with { Message = secrets.Hide(diagnostic.Message), Help = diagnostic.Help is null ? null : secrets.Hide(diagnostic.Help) })];
}
