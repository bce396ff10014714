using Gantry.Cli.Connection;
using Gantry.Cli.Failures;
using Gantry.Cli.Output;
using Gantry.Daemon.Hosting;
using Gantry.Workloads;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Guardian;

namespace Gantry.Cli;

/// <summary>What a command has around it. Opening the home and reaching the daemon wait until the command asks for them.</summary>
internal sealed class CommandContext
{
    private DaemonClient? _client;

    public CommandContext(CommandOutput output, string workingDirectory, Func<string, string?> variable, TimeProvider time)
    {
        Output = output;
        WorkingDirectory = workingDirectory;
        Variable = variable;
        Time = time;
    }

    public CommandOutput Output { get; }

    /// <summary>Absolute: the current folder, or that of <c>-C</c>.</summary>
    public string WorkingDirectory { get; }

    /// <summary>The environment.</summary>
    public Func<string, string?> Variable { get; }

    public TimeProvider Time { get; }

    /// <summary>The home, which need not have been made yet: what only looks makes none.</summary>
    public HomeFolder Home => Client.Home;

    /// <summary>The API, whether or not a daemon answers.</summary>
    public DaemonClient Client => _client ??= new DaemonClient(HomeFolder.Look(HomeFolder.Locate(Variable)), Time);

    public DaemonLauncher Launcher => new(Client, Output, Time);

    /// <summary>The home, made where it is missing: for whatever starts a daemon.</summary>
    /// <exception cref="HomeException">It cannot be made.</exception>
    public HomeFolder MakeHome()
    {
        if (!Home.IsMade)
        {
            _client = new DaemonClient(HomeFolder.Open(Home.Path), Time);
        }

        return Home;
    }

    /// <summary>The API of a daemon of this build, started where none runs.</summary>
    public async Task<DaemonClient> ReachAsync(CancellationToken ct)
    {
        MakeHome();
        await Launcher.EnsureAsync(ct);
        return Client;
    }

    /// <summary>The API of the daemon that runs, of this build; null where none does, and none is started.</summary>
    public async Task<DaemonClient?> FindAsync(CancellationToken ct) => await OrSweepAsync(Launcher.FindAsync, ct) is null ? null : Client;

    /// <summary>The daemon that answers right now, of whatever build; null where none does.</summary>
    public Task<VersionInfo?> LookAsync(CancellationToken ct) => OrSweepAsync(Launcher.LookAsync, ct);

    /// <summary>The daemon that runs, of whatever build, once it answers; null where none does.</summary>
    public Task<VersionInfo?> AwaitAsync(CancellationToken ct) => OrSweepAsync(Launcher.AwaitAsync, ct);

    /// <summary>Where there is no daemon it may have been killed together with its guardian: what they left is ended first.</summary>
    private async Task<VersionInfo?> OrSweepAsync(Func<CancellationToken, Task<VersionInfo?>> look, CancellationToken ct)
    {
        if (!Home.IsMade)
        {
            return null;
        }

        var found = await look(ct);
        if (found is null && await Sweeper.SweepIfAbandonedAsync(Home, Variable(GuardianOptions.CgroupsVariable) != "off", Time, ct) is > 0 and var ended)
        {
            Output.Note($"gantry: daemon and guardian were killed; ended {ended} {(ended == 1 ? "process" : "processes")} that they left");
        }

        return found;
    }

    /// <summary>Tells folder and services of a command's arguments apart.</summary>
    public Target Target(IReadOnlyList<string>? arguments) => Cli.Target.Of(WorkingDirectory, arguments ?? [], folder => Home.HasRecord(Client.IdOf(folder)));

    /// <summary>Not an error where a command is to take something away, an error where it is to change it.</summary>
    public static CliException NotUp(string folder) => CliException.Failed("unknown-workspace", $"the workspace in {folder} is not up", "gantry up");
}
