using System.Collections.Immutable;
using Gantry.Cli.Failures;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Hosting.Configuration;

namespace Gantry.Cli.Commands;

/// <summary>The settings that <c>gantry serve</c> would have here, with the <c>.env</c> of this folder.</summary>
internal static class DaemonSettings
{
    /// <param name="file">The file that was named; null where the usual places are searched.</param>
    /// <param name="flags">Options of the command line by the key that they set.</param>
    public static Task<DaemonConfigResult> LoadAsync(CommandContext context, string? file, ImmutableDictionary<string, Flag> flags, CancellationToken ct) => DaemonConfigLoader.LoadAsync(
        new DaemonConfigSources
        {
            ConfigPath = file,
            Home = context.Home.Path,
            WorkingDirectory = context.WorkingDirectory,
            Environment = OwnEnvironment.Read(),
            Flags = flags,
        },
        ct);

    /// <summary><c>gantry config validate --daemon</c>.</summary>
    public static async Task<int> ValidateAsync(CommandContext context, CancellationToken ct)
    {
        var loaded = await LoadAsync(context, null, ImmutableDictionary<string, Flag>.Empty, ct);
        var path = loaded.Path ?? Path.Combine(context.Home.Path, DaemonConfigLoader.FileName);
        if (context.Output.Options.Json)
        {
            context.Output.Json(new ValidateReport(!loaded.HasErrors, path, loaded.Diagnostics), CliJson.Default.ValidateReport);
            return loaded.HasErrors ? ExitCodes.Usage : ExitCodes.Done;
        }

        ConfigCommand.Refuse(loaded.Diagnostics);
        FailureText.Warn(context.Output, loaded.Diagnostics);
        context.Output.Line(loaded.Path is null
            ? $"there is no {DaemonConfigLoader.FileName}, and none is needed{ConfigCommand.Doubts(loaded.Diagnostics)}"
            : $"{loaded.Path} is sound{ConfigCommand.Doubts(loaded.Diagnostics)}");
        return ExitCodes.Done;
    }

    /// <summary><c>gantry config show --daemon</c>.</summary>
    public static async Task<int> ShowAsync(CommandContext context, bool provenance, CancellationToken ct)
    {
        var loaded = await LoadAsync(context, null, ImmutableDictionary<string, Flag>.Empty, ct);
        ConfigCommand.Refuse(loaded.Diagnostics);
        FailureText.Warn(context.Output, loaded.Diagnostics);
        context.Output.Raw(context.Output.Options.Json ? loaded.View.ToJson(provenance) : loaded.View.ToToml(provenance));
        return ExitCodes.Done;
    }
}
