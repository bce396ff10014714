using System.Collections.Immutable;
using System.Globalization;
using Gantry.Cli.Failures;
using Gantry.Cli.Output;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;
using Gantry.Workloads.Native;

namespace Gantry.Cli.Connection;

/// <summary>
/// Sees to it that a daemon of this very build answers: starts one where none runs, waits for one that is starting or
/// taking over, and replaces one of another build. What a daemon runs outlives it.
/// </summary>
internal sealed class DaemonLauncher(DaemonClient client, CommandOutput output, TimeProvider time)
{
    /// <summary>A daemon that takes over a full home answers within seconds; this is for a slow disk and a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>When whoever waits is told for what.</summary>
    private static readonly TimeSpan TellAfter = TimeSpan.FromSeconds(3);

    private const int LogLines = 10;

    /// <summary>How long the log was when we started a daemon: what follows is its own.</summary>
    private long _logBefore;

    private HomeFolder Home => client.Home;

    /// <summary>Has a daemon of this build answer; starts one where none runs.</summary>
    /// <exception cref="CliException">None can be had.</exception>
    public async Task<VersionInfo> EnsureAsync(CancellationToken ct)
    {
        var found = await FindAsync(ct);
        return found ?? await StartAsync(ct);
    }

    /// <summary>The daemon that runs, after replacing one of another build; null where none runs.</summary>
    public async Task<VersionInfo?> FindAsync(CancellationToken ct)
    {
        var found = await AwaitAsync(ct);
        if (found is null || found.Version == BuildVersion.Current)
        {
            return found;
        }

        await RequireSoundSettingsAsync(ct);
        output.Note($"gantry: replacing the daemon of version {found.Version} by {BuildVersion.Current}; what it runs goes on");
        await StopAsync(ct);
        return await StartAsync(ct);
    }

    /// <summary>The daemon that runs, of whatever build, once it answers: one that holds the lock and does not listen yet, or no more, is waited for. Null where none runs.</summary>
    public async Task<VersionInfo?> AwaitAsync(CancellationToken ct) =>
        await LookAsync(ct) ?? (AdvisoryLock.IsHeld(Home.DaemonLock) ? await AwaitAsync(null, ct) : null);

    /// <summary>The daemon that answers right now, of whatever build; null where none does.</summary>
    public async Task<VersionInfo?> LookAsync(CancellationToken ct)
    {
        try
        {
            return await client.GetVersionAsync(ct);
        }
        catch (NoDaemonException)
        {
            return null;
        }
        catch (IOException)
        {
            // It is just leaving.
            return null;
        }
    }

    /// <summary>Has the daemon leave and waits until it has.</summary>
    /// <exception cref="CliException">It does not leave.</exception>
    public async Task StopAsync(CancellationToken ct)
    {
        try
        {
            await client.StopDaemonAsync(ct);
        }
        catch (IOException)
        {
            // It has left on its own, or is about to: the lock tells.
        }

        var wait = new Wait(time);
        while (AdvisoryLock.IsHeld(Home.DaemonLock))
        {
            var holder = wait.IsToBeTold || wait.IsOver ? await HolderAsync(ct) : "";
            wait.TellOnce(output, $"the daemon (pid {holder}) was asked to leave, and is not gone yet");
            if (wait.IsOver)
            {
                throw Busy(holder, $"was asked to leave {Patience.TotalSeconds:0} s ago and has not");
            }

            await Task.Delay(LookEvery, time, ct);
        }
    }

    /// <summary>Replaces the daemon by a new one, once it answers, or starts one where none runs. One that could not follow ends nothing.</summary>
    /// <exception cref="ConfigurationException">The settings have faults.</exception>
    /// <exception cref="CliException">It does not leave, or the new one does not come.</exception>
    public async Task<VersionInfo> RestartAsync(CancellationToken ct)
    {
        var settings = await RequireSoundSettingsAsync(ct);
        if (await AwaitAsync(ct) is { } running)
        {
            RequireFreeDoors(settings.Config, running.Pid);
            await StopAsync(ct);
        }

        return await EnsureAsync(ct);
    }

    /// <summary>The settings of the daemon that would be started.</summary>
    public Task<DaemonConfigResult> LoadSettingsAsync(CancellationToken ct) =>
        DaemonConfigLoader.LoadAsync(new DaemonConfigSources { Home = Home.Path, WorkingDirectory = "/", Environment = DaemonEnvironment() }, ct);

    private async Task<DaemonConfigResult> RequireSoundSettingsAsync(CancellationToken ct)
    {
        var settings = await LoadSettingsAsync(ct);
        return settings.HasErrors ? throw new ConfigurationException(settings.Diagnostics) : settings;
    }

    /// <summary>A door that is configured and held by another program would keep the new daemon from starting.</summary>
    /// <param name="running">The daemon that it is to replace; null where none runs.</param>
    private void RequireFreeDoors(DaemonConfig config, int? running)
    {
        // Where none ran and the lock is held now, the holder may be the daemon that another command has just started.
        if (DoorHolders.Of(config, running).FirstOrDefault(held => !held.Setting.IsDefault) is { } held
            && (running is not null || !AdvisoryLock.IsHeld(Home.DaemonLock)))
        {
            throw CliException.Failed(
                "port-in-use",
                $"{held.Message}; {(running is null ? "no daemon was started" : "the daemon that runs was left alone")}",
                "end that program, or configure another address");
        }
    }

    private async Task<VersionInfo> StartAsync(CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
        {
            throw CliException.Failed("no-daemon", "no daemon runs, and on Windows none is started by the way", "run `gantry serve` in another window");
        }

        RequireFreeDoors((await RequireSoundSettingsAsync(ct)).Config, running: null);
        var command = OwnCommand.Words();
        _logBefore = File.Exists(Home.DaemonLog) ? new FileInfo(Home.DaemonLog).Length : 0;
        var process = DetachedProcess.Start(command[0], [.. command, "serve", "--auto"], DaemonEnvironment().SetItem(InstanceId.IndependentVariable, "1"), Home.DaemonLog);
        return await AwaitAsync(process, ct) ?? throw CliException.TryAgain("no-daemon", "the daemon left as soon as it was there", $"look into its log: {Home.DaemonLog}");
    }

    /// <summary>Waits until a daemon answers; null where the one that held the lock has left without a word.</summary>
    private async Task<VersionInfo?> AwaitAsync(DetachedProcess? ours, CancellationToken ct)
    {
        var wait = new Wait(time);
        while (true)
        {
            if (await LookAsync(ct) is { } found)
            {
                return found;
            }

            // Of two that start at once one gives way to the other, who holds the lock then.
            if ((ours is null || ours.FindExit() is not null) && !AdvisoryLock.IsHeld(Home.DaemonLock))
            {
                return ours is null ? null : throw Died(ours.FindExit()!.Value);
            }

            var holder = wait.IsToBeTold || wait.IsOver ? ours?.Pid.ToString(CultureInfo.InvariantCulture) ?? await HolderAsync(ct) : "";
            wait.TellOnce(output, $"the daemon (pid {holder}) is there, and does not answer yet");
            if (wait.IsOver)
            {
                throw Busy(holder, $"does not answer after {Patience.TotalSeconds:0} s");
            }

            await Task.Delay(LookEvery, time, ct);
        }
    }

    private CliException Busy(string holder, string what) => CliException.TryAgain(
        "daemon-busy",
        $"the daemon (pid {holder}) {what}",
        $"look into its log, {Home.DaemonLog}; kill -9 {holder} ends it, and the next command's daemon goes on with what it runs");

    private CliException Died(int exit)
    {
        var (last, _) = LogFile.LastLines(Home.DaemonLog, LogLines, _logBefore);
        var said = last.Count == 0 ? "" : "\n" + string.Join("\n", last.Select(line => $"  | {line}"));
        var message = $"the daemon ended with {exit} before it answered; the end of {Home.DaemonLog}:{said}";
        return exit == ExitCodes.Usage
            ? CliException.Usage("daemon-failed", message, "mend that; gantry serve shows more")
            : CliException.TryAgain("daemon-failed", message, "mend that and try again; gantry serve shows more");
    }

    /// <summary>
    /// Ours, but for the mark of a workload: a command that runs inside of one would have its daemon taken for a part of
    /// it. The home is given in full, for a relative one means another folder elsewhere.
    /// </summary>
    private ImmutableDictionary<string, string> DaemonEnvironment() =>
        OwnEnvironment.ForOwnProcess().Remove(InstanceId.MarkVariable).SetItem("GANTRY_HOME", Home.Path);

    private async Task<string> HolderAsync(CancellationToken ct)
    {
        var holder = (await File.ReadAllTextAsync(Home.DaemonLock, ct)).Trim();
        return holder.Length > 0 ? holder : "unknown";
    }

    /// <summary>A wait that is told of once it takes long, and is over at some time.</summary>
    private sealed class Wait(TimeProvider time)
    {
        private readonly long _since = time.GetTimestamp();
        private bool _told;

        public bool IsOver => time.GetElapsedTime(_since) > Patience;

        public bool IsToBeTold => !_told && time.GetElapsedTime(_since) > TellAfter;

        public void TellOnce(CommandOutput output, string what)
        {
            if (IsToBeTold)
            {
                _told = true;
                output.Note($"gantry: {what}; waiting for at most {Patience.TotalSeconds:0} s");
            }
        }
    }
}
