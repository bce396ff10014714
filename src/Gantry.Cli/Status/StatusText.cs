using System.Globalization;
using System.Text;
using Gantry.Cli.Output;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Cli.Status;

/// <summary>A workspace's state as people read it.</summary>
internal static class StatusText
{
    public static void Write(StringBuilder into, WorkspaceStatus status, Palette palette, int? width)
    {
        var ready = 0;
        foreach (var service in status.Services)
        {
            ready += service.Ready ? 1 : 0;
        }

        into.Append(palette.Paint(Tone.Strong, status.Workspace)).Append("  ").Append(status.Path).Append("  ")
            .Append(palette.Paint(ready == status.Services.Length ? Tone.Good : Tone.Busy, $"{ready} of {status.Services.Length} ready"))
            .Append("\n\n");
        var table = new TextTable();
        table.Add(Head("NAME"), Head("TYPE"), Head("STATE"), Head("READY"), Head("URL"), Head("PORT"), Head("REASON"));
        foreach (var service in status.Services)
        {
            table.Add(
                service.Name,
                Kind(service),
                new Cell(State(service), ToneOf(service)),
                new Cell(Ready(service), ToneOf(service)),
                service.Url ?? "-",
                service.Port is { } port ? port.ToString(CultureInfo.InvariantCulture) : "-",
                OneLine(service.Progress ?? service.Reason));
        }

        table.Write(into, palette, width);
    }

    /// <summary>What it is: a site is a service that nobody starts.</summary>
    public static string Kind(ServiceStatus service) => service switch
    {
        { Runtime: RuntimeKind.Site } => "site",
        { Type: WorkloadType.Worker } => "worker",
        { Type: WorkloadType.Task } => "task",
        _ => "service",
    };

    /// <summary>The state, and the health where it says more than the state does.</summary>
    public static string State(ServiceStatus service) => (service.State, service.Health) switch
    {
        (WorkloadState.Running, Health.Unhealthy) => "unhealthy",
        (WorkloadState.BackingOff, _) => "backing off",
        (WorkloadState.Waiting, _) => "waiting",
        (WorkloadState.Preparing, _) => "preparing",
        (WorkloadState.Starting, _) => "starting",
        (WorkloadState.Running, _) => "running",
        (WorkloadState.Stopping, _) => "stopping",
        (WorkloadState.Stopped, _) => "stopped",
        (WorkloadState.Completed, _) => "completed",
        _ => "failed",
    };

    /// <summary>The same, and ready where that is what it runs for.</summary>
    public static string Word(ServiceStatus service) => service is { Ready: true, State: WorkloadState.Running } ? "ready" : State(service);

    public static Tone ToneOf(ServiceStatus service) => service switch
    {
        { Ready: true } => Tone.Good,
        { State: WorkloadState.Failed } or { Health: Health.Unhealthy, State: WorkloadState.Running } => Tone.Bad,
        { State: WorkloadState.BackingOff } => Tone.Bad,
        { State: WorkloadState.Stopped or WorkloadState.Completed } => Tone.Quiet,
        _ => Tone.Busy,
    };

    /// <summary>A reason comes from programs' own words, too: nothing in it may move the cursor or begin another line.</summary>
    public static string OneLine(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            clean.Append(char.IsControl(character) ? ' ' : character);
        }

        return clean.ToString();
    }

    private static string Ready(ServiceStatus service)
    {
        if (service.Replicas.Length <= 1)
        {
            return service.Ready ? "yes" : "no";
        }

        var ready = 0;
        foreach (var replica in service.Replicas)
        {
            ready += replica.Ready ? 1 : 0;
        }

        return $"{ready}/{service.Replicas.Length}";
    }

    private static Cell Head(string text) => new(text, Tone.Quiet);
}
