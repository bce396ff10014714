using System.Collections.Immutable;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Workspaces;
using Gantry.Toml;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>Where the settings of a daemon come from.</summary>
internal sealed record DaemonConfigSources
{
    /// <summary>What <c>--config</c> names; null where the usual places are searched.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>GANTRY_HOME, absolute.</summary>
    public required string Home { get; init; }

    /// <summary>Where <c>serve</c> runs, absolute; its <c>.env</c> is read.</summary>
    public required string WorkingDirectory { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Options of the command line by the key that they set: <c>server.http</c>.</summary>
    public ImmutableDictionary<string, Flag> Flags { get; init; } = ImmutableDictionary<string, Flag>.Empty;

    /// <summary>The machine's folder of configuration.</summary>
    public string SystemFolder { get; init; } = "/etc";
}

/// <summary>An option as it was written.</summary>
/// <param name="Option">Its name: <c>--http</c>.</param>
internal sealed record Flag(string Option, string Text);

/// <summary>The settings of a daemon and all that is to be said of them.</summary>
/// <param name="Path">The file that was read; null where there is none, which is no fault.</param>
internal sealed record DaemonConfigResult(DaemonConfig Config, string? Path, ImmutableArray<Diagnostic> Diagnostics)
{
    public bool HasErrors => Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error);

    /// <summary>The settings for people, with their origins.</summary>
    public ConfigView View => new([.. DaemonKeys.File.Parts(Config, Showing.AsWritten)
        .GroupBy(setting => setting.Path[0])
        .Select(section => new ConfigViewSection([section.Key], [.. section.Select(setting => setting with { Path = setting.Path.RemoveAt(0) })]))]);
}

/// <summary>Reads the settings of a daemon, weakest layer first: defaults, <c>gantryd.toml</c>, <c>.env</c>, environment, options.</summary>
internal static class DaemonConfigLoader
{
    public const string FileName = "gantryd.toml";

    private const string DotEnvName = ".env";

    public static async Task<DaemonConfigResult> LoadAsync(DaemonConfigSources sources, CancellationToken ct)
    {
        var diagnostics = new DiagnosticList();
        var path = Locate(sources);
        var config = path is null ? new DaemonConfig() : await ReadAsync(path, diagnostics, ct);
        var dotEnv = await ReadDotEnvAsync(sources.WorkingDirectory, diagnostics, ct);
        config = DaemonKeys.File.Override(config, new Layer((_, variable) => FromDotEnv(dotEnv, variable), diagnostics), "");
        config = DaemonKeys.File.Override(config, new Layer((_, variable) => FromEnvironment(sources.Environment, variable), diagnostics), "");
        config = DaemonKeys.File.Override(config, new Layer((key, _) => FromFlags(sources.Flags, key), diagnostics), "");
        RefuseOpenApi(config.Server.Value.Api, diagnostics);
        WarnOfWhatIsToCome(config, diagnostics);
        return new DaemonConfigResult(config, path, diagnostics.InOrder());
    }

    /// <summary>The first that exists of <c>--config</c>, GANTRY_HOME, the user's and the machine's folder of configuration.</summary>
    public static string? Locate(DaemonConfigSources sources)
    {
        if (sources.ConfigPath is { } named)
        {
            return Path.GetFullPath(named, sources.WorkingDirectory);
        }

        // XDG Base Directory Specification: what is not absolute is to be ignored.
        var user = sources.Environment.GetValueOrDefault("XDG_CONFIG_HOME") is { } xdg && Path.IsPathRooted(xdg)
            ? xdg
            : sources.Environment.GetValueOrDefault("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config") : null;
        string?[] places = [Path.Combine(sources.Home, FileName), user is null ? null : Path.Combine(user, "gantry", FileName), Path.Combine(sources.SystemFolder, "gantry", FileName)];
        return places.FirstOrDefault(File.Exists);
    }

    private static void RefuseOpenApi(Setting<DoorAddress> api, DiagnosticList diagnostics)
    {
        if (api.Value is { IsOpen: true, IsLoopback: false })
        {
            diagnostics.Error(api.Place, $"server.api: \"{api.Value}\" would open the API beyond this machine, and this version cannot ask its callers who they are", $"bind it to 127.0.0.1:{api.Value.Port}");
        }
    }

    private static void WarnOfWhatIsToCome(DaemonConfig config, DiagnosticList diagnostics)
    {
        if (config.Server.Value.Https is { IsDefault: false, Value.IsOpen: true } https)
        {
            diagnostics.Warning(https.Place, "server.https: TLS at the edge is not available in this version; nothing listens there");
        }

        if (config.Tls.Value.Mode is { IsDefault: false, Value: not TlsMode.Off } mode)
        {
            diagnostics.Warning(mode.Place, "tls.mode: TLS at the edge is not available in this version");
        }

        if (config.Docker.Value.Host is { IsDefault: false } host)
        {
            diagnostics.Warning(host.Place, "docker.host: containers are not available in this version");
        }
    }

    private static async Task<DaemonConfig> ReadAsync(string path, DiagnosticList diagnostics, CancellationToken ct)
    {
        var file = await BoundedFile.ReadAsync(path, ct);
        if (!file.Sound)
        {
            diagnostics.Error(SourcePlace.Whole(path), $"the file {file.Fault}", file.Missing ? "--config names a file that must exist; without it the usual places are searched" : null);
            return new DaemonConfig();
        }

        var document = TomlDocument.Parse(file.Bytes);
        return DaemonKeys.File.TryRead(document.Root, "", new Binding(document, path, diagnostics), out var config) ? config : new DaemonConfig();
    }

    /// <summary>The file may well be meant for somebody else, so that its faults are told and stop nothing.</summary>
    private static async Task<ImmutableArray<DotEnvVariable>> ReadDotEnvAsync(string folder, DiagnosticList diagnostics, CancellationToken ct)
    {
        var path = Path.Combine(folder, DotEnvName);
        var file = await BoundedFile.ReadAsync(path, ct);
        if (!file.Sound)
        {
            if (!file.Missing)
            {
                diagnostics.Warning(SourcePlace.Whole(path), $"the file {file.Fault}");
            }

            return [];
        }

        var faults = new DiagnosticList();
        var variables = DotEnv.Parse(file.Bytes, path, faults);
        foreach (var fault in faults.InOrder())
        {
            diagnostics.Warning(new SourcePlace(fault.File, fault.Line, fault.Column), fault.Message, fault.Help);
        }

        return variables;
    }

    private static (string, Origin)? FromDotEnv(ImmutableArray<DotEnvVariable> variables, string? name) =>
        name is not null && variables.LastOrDefault(variable => variable.Name == name) is { Value.Length: > 0 } found
            ? (found.Value, new Origin(OriginKind.DotEnv, found.Place, name))
            : null;

    /// <summary>An empty variable says nothing: that is how one is unset for a single command.</summary>
    private static (string, Origin)? FromEnvironment(IReadOnlyDictionary<string, string> environment, string? name) =>
        name is not null && environment.TryGetValue(name, out var text) && text.Length > 0 ? (text, Origin.Variable(name)) : null;

    private static (string, Origin)? FromFlags(ImmutableDictionary<string, Flag> flags, string key) =>
        flags.TryGetValue(key, out var flag) ? (flag.Text, Origin.CommandLine(flag.Option)) : null;
}
