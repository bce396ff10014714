using Gantry.Daemon.Hosting.Configuration;
using Gantry.Workloads;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Logs;

namespace Gantry.Daemon.Hosting;

/// <summary>What a daemon needs to run: its home, its settings, and how it was started.</summary>
internal sealed record DaemonOptions
{
    public required HomeFolder Home { get; init; }

    public required DaemonConfig Config { get; init; }

    /// <summary>Whether a command started it by the way: then it leaves when it has had nothing to do for a while.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>The command that becomes a guardian; its last argument, the home, is added.</summary>
    public required IReadOnlyList<string> GuardianCommand { get; init; }

    public bool UseCgroups => Config.Processes.Value.Cgroups.Value == CgroupMode.Auto;

    public GuardianOptions Guardian => new()
    {
        Command = GuardianCommand,
        UseCgroups = UseCgroups,
        LogRotation = new LogRotation(Config.Logs.Value.MaxSize.Value, Config.Logs.Value.MaxFiles.Value),
    };
}
