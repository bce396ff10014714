using System.Collections.Immutable;
using System.CommandLine;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Daemon.Workspaces;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry serve</c>: the daemon in the foreground. The command line's other half starts it so, with <c>--auto</c>.</summary>
internal static class ServeCommand
{
    private static readonly Option<bool> Auto = Arguments.Flag("--auto", "Leave after a while with nothing to do", hidden: true);

    private static readonly Option<string?> Config = new("--config") { Description = "The daemon's settings, instead of the usual gantryd.toml", HelpName = "FILE" };

    /// <summary>Options that stand for one key of <c>gantryd.toml</c>.</summary>
    private static readonly ImmutableArray<(Option<string?> Option, string Key)> Settings =
    [
        (new Option<string?>("--http") { Description = "Where the edge listens: address:port, or off", HelpName = "DOOR" }, "server.http"),
        (new Option<string?>("--api") { Description = "Where the API listens: address:port, or off", HelpName = "DOOR" }, "server.api"),
        (Arguments.OneOf("--log-level", "The least that the daemon itself logs", "trace", "debug", "info", "warning", "error"), "logs.level"),
        (Arguments.OneOf("--log-format", "How it writes its own log", "text", "compact", "json"), "logs.format"),
    ];

    public static Command Create()
    {
        var command = new Command("serve", "Run the daemon in the foreground") { Config, Auto };
        foreach (var (option, _) in Settings)
        {
            command.Add(option);
        }

        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var flags = Settings.Where(setting => parsed.GetValue(setting.Option) is not null).ToImmutableDictionary(setting => setting.Key, setting => new Flag(setting.Option.Name, parsed.GetValue(setting.Option)!));
        var settings = await DaemonSettings.LoadAsync(context, parsed.GetValue(Config), flags, ct);
        if (settings.HasErrors)
        {
            throw new ConfigurationException(settings.Diagnostics);
        }

        foreach (var warning in settings.Diagnostics)
        {
            context.Output.Complain(warning.ToString());
        }

        await DaemonHost.RunAsync(
            new DaemonOptions
            {
                Home = context.MakeHome(),
                Config = settings.Config,
                IsAutomatic = parsed.GetValue(Auto),
                GuardianCommand = [.. OwnCommand.Words(), "guardian"],
            },
            ct);
        return ExitCodes.Done;
    }
}
