using System.Collections.Immutable;
using System.CommandLine;
using Gantry.Cli.Failures;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Daemon.Workspaces;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Workloads.Addresses;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry config validate|show|schema</c>: the configuration, without a daemon.</summary>
internal static class ConfigCommand
{
    private static readonly Argument<string?> Folder = new("folder") { Description = "The workspace's folder, where it is not the one around the current folder", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string[]> Profiles = Arguments.Profiles();

    private static readonly Option<bool> Provenance = Arguments.Flag("--provenance", "Say of each value where it comes from");

    private static readonly Option<bool> Daemon = Arguments.Flag("--daemon", "The daemon's settings, gantryd.toml, instead of the workspace's");

    public static Command Create()
    {
        var validate = new Command("validate", "Check gantry.toml and report every fault at once") { Folder, Profiles, Daemon };
        validate.Do((parsed, context, ct) => parsed.GetValue(Daemon) ? DaemonSettings.ValidateAsync(context, ct) : ValidateAsync(parsed, context, ct));
        var show = new Command("show", "Print the configuration as it is resolved; secrets are masked") { Folder, Profiles, Provenance, Daemon };
        show.Do((parsed, context, ct) => parsed.GetValue(Daemon) ? DaemonSettings.ShowAsync(context, parsed.GetValue(Provenance), ct) : ShowAsync(parsed, context, ct));
        var schema = new Command("schema", "Print the JSON Schema of gantry.toml, for editors") { Daemon };
        schema.Do((parsed, context, _) =>
        {
            context.Output.Raw(parsed.GetValue(Daemon) ? DaemonSchema.ToJson() : WorkspaceSchema.ToJson());
            return Task.FromResult(ExitCodes.Done);
        });
        return new Command("config", "Check and show the configuration") { validate, show, schema };
    }

    private static async Task<int> ValidateAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var (folder, loaded) = await LoadAsync(parsed, context, ct);
        if (context.Output.Options.Json)
        {
            context.Output.Json(new ValidateReport(!loaded.HasErrors, folder, loaded.Diagnostics), CliJson.Default.ValidateReport);
            return loaded.HasErrors ? ExitCodes.Usage : ExitCodes.Done;
        }

        Refuse(loaded.Diagnostics);
        FailureText.Warn(context.Output, loaded.Diagnostics);
        context.Output.Line($"{Path.Combine(folder, WorkspaceFolder.FileName)} is sound: {FailureText.Count(loaded.Workspace!.Workloads.Length, "service")}{Doubts(loaded.Diagnostics)}");
        return ExitCodes.Done;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var (_, loaded) = await LoadAsync(parsed, context, ct);
        Refuse(loaded.Diagnostics);
        FailureText.Warn(context.Output, loaded.Diagnostics);
        var provenance = parsed.GetValue(Provenance);
        context.Output.Raw(context.Output.Options.Json ? loaded.View!.ToJson(provenance) : loaded.View!.ToToml(provenance));
        return ExitCodes.Done;
    }

    private static async Task<(string Folder, LoadResult Loaded)> LoadAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var argument = parsed.GetValue(Folder);
        var folder = context.Target(argument is null ? [] : [Target.IsFolder(argument) ? argument : $"./{argument}"]).RequireFolder();
        var ports = PortRegistry.Read(context.Home);
        var options = new LoadOptions
        {
            HomeId = context.Home.Id,
            Environment = OwnEnvironment.Read(),
            Profiles = Arguments.Words(parsed, Profiles),
            StickyPort = (workspace, service, _) => ports.GetValueOrDefault($"{workspace}/{service}"),
        };
        return (folder, await WorkspaceLoader.LoadAsync(folder, options, ct));
    }

    internal static void Refuse(ImmutableArray<Diagnostic> diagnostics)
    {
        if (diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
        {
            throw new ConfigurationException(diagnostics);
        }
    }

    internal static string Doubts(ImmutableArray<Diagnostic> diagnostics) => diagnostics.Length == 0 ? "" : $", {FailureText.Count(diagnostics.Length, "warning")}";
}
