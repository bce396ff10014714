using System.CommandLine;
using Gantry.Daemon.Hosting;

namespace Gantry.Cli.Commands;

/// <summary><c>gantry serve</c>: the daemon in the foreground. The command line's other half starts it so, with <c>--auto</c>.</summary>
internal static class ServeCommand
{
    private static readonly TimeSpan IdleExit = TimeSpan.FromMinutes(10);

    private static readonly Option<bool> Auto = new("--auto") { Description = "Leave after a while with nothing to do", Hidden = true };

    public static Command Create()
    {
        var command = new Command("serve", "Run the daemon in the foreground") { Auto };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        await DaemonHost.RunAsync(
            new DaemonOptions
            {
                Home = context.Home,
                Api = Door(context, "GANTRY_API", "127.0.0.1:4400"),
                Http = Door(context, "GANTRY_HTTP", "127.0.0.1:8080"),
                GuardianCommand = [.. OwnCommand.Words(), "guardian"],
                IdleExit = parsed.GetValue(Auto) ? IdleExit : null,
            },
            ct);
        return ExitCodes.Done;
    }

    private static DoorOptions Door(CommandContext context, string name, string standard) =>
        context.Variable(name) is { Length: > 0 } value ? new DoorOptions(value, IsConfigured: true) : new DoorOptions(standard, IsConfigured: false);
}
