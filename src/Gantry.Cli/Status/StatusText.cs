using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Gantry.Cli.Output;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Cli.Status;

/// <summary>A workspace's state as people read it.</summary>
internal static class StatusText
{
    /// <summary>Characters that a reason gets before other columns: what is wrong is to be read, that all is well is known.</summary>
    private const int FullReason = 42;
    private const int ReadyReason = 8;

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
        Table(status.Services, width).Write(into, palette, width, least: 1);
    }

    /// <summary>As many columns as leave room for the reasons: whoever has to read one can do without the port, then the address.</summary>
    private static TextTable Table(ImmutableArray<ServiceStatus> services, int? width)
    {
        // In the order of the row; a number that is smaller goes earlier.
        Column[] columns =
        [
            new("NAME", 6, service => service.Name),
            new("TYPE", 4, service => Kind(service)),
            new("STATE", 5, service => new Cell(State(service), ToneOf(service))),
            new("READY", 3, service => new Cell(Ready(service), ToneOf(service))),
            new("URL", 2, service => service.Url ?? "-"),
            new("PORT", 1, service => service.Port is { } port ? port.ToString(CultureInfo.InvariantCulture) : "-"),
        ];
        var table = new TextTable();
        for (var gone = 0; gone <= 4; gone++)
        {
            table = new TextTable();
            var shown = Array.FindAll(columns, column => column.Rank > gone);
            table.Add([.. Array.ConvertAll(shown, column => Head(column.Name)), Head("REASON")]);
            var wanted = 0;
            foreach (var service in services)
            {
                var reason = OneLine(service.Progress ?? service.Reason);
                wanted = Math.Max(wanted, Math.Min(reason.Length, service.Ready ? ReadyReason : FullReason));
                table.Add([.. Array.ConvertAll(shown, column => column.Of(service)), reason]);
            }

            if (width is not { } most || table.WidthBeforeLast + wanted <= most)
            {
                break;
            }
        }

        return table;
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
        var (state, _) => Words.Of(state),
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

    private sealed record Column(string Name, int Rank, Func<ServiceStatus, Cell> Of);

    private static Cell Head(string text) => new(text, Tone.Quiet);
}
