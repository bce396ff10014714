using System.Collections.Immutable;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Cli.Progress;

/// <summary>The services that a command waits for, as far as the events tell: a value that each event makes a new one of.</summary>
internal sealed record WorkspaceProgress
{
    public required ImmutableArray<ServiceProgress> Services { get; init; }

    /// <summary>Events up to this one tell how things were before.</summary>
    public required long Sequence { get; init; }

    public bool IsReady => Services.All(service => service.Standing == Standing.Ready);

    public IEnumerable<ServiceProgress> Failed => Services.Where(service => service.Standing == Standing.Failed);

    /// <summary>Those that people want to hear of.</summary>
    public IEnumerable<ServiceProgress> Told => Services.Where(service => service.IsTold);

    /// <summary>Whether nothing more will become of it by itself.</summary>
    public bool IsSettled => Services.All(service => service.IsSettled);

    /// <summary>What applying a workspace begins.</summary>
    public static WorkspaceProgress Of(ApplyAnswer answer, params ImmutableArray<string> asked)
    {
        var moved = answer.Plan.Where(step => step.Action is PlanAction.Start or PlanAction.Replace).Select(step => step.Workload).ToHashSet();
        return Of(asked, answer.Services, answer.Workspace, moved, answer.Sequence);
    }

    /// <summary>What starting or restarting services begins.</summary>
    public static WorkspaceProgress Of(ChangeAnswer answer, params ImmutableArray<string> asked) =>
        Of(asked, answer.Services, answer.Workspace, answer.Moved.ToHashSet(), answer.Sequence);

    /// <param name="asked">Which services were asked for; all where empty.</param>
    /// <param name="names">Which are waited for: those that they depend on as well.</param>
    /// <param name="status">How they are.</param>
    /// <param name="moved">Which of them were set in motion.</param>
    /// <param name="sequence">The last event before that.</param>
    private static WorkspaceProgress Of(ImmutableArray<string> asked, IEnumerable<string> names, WorkspaceStatus status, HashSet<string> moved, long sequence) => new()
    {
        Sequence = sequence,
        Services =
        [
            .. names.Select(name =>
            {
                var known = status.Services.FirstOrDefault(service => service.Name == name);
                var isMoved = moved.Contains(name);
                return new ServiceProgress
                {
                    Name = name,
                    Status = known,
                    IsStale = isMoved,
                    HasBegun = !isMoved,
                    IsOnlyNeeded = !asked.IsEmpty && !asked.Contains(name),
                    WasReady = !isMoved && known is { Ready: true },
                    EarlierRestarts = known?.Replicas.ToImmutableDictionary(replica => replica.Index, replica => replica.Restarts) ?? ImmutableDictionary<int, int>.Empty,
                };
            }),
        ],
    };

    /// <summary>Takes an event; those of other services, and of before, change nothing.</summary>
    public WorkspaceProgress Apply(ServiceEvent happened)
    {
        var index = happened.Service is { } service && happened.Sequence > Sequence ? IndexOf(service.Name) : -1;
        return happened.Kind switch
        {
            WorkloadEventKind.WorkspaceRemoved when happened.Sequence > Sequence => this with { Services = [.. Services.Select(each => each with { WasRemoved = true })] },
            WorkloadEventKind.Removed when index >= 0 => this with { Services = Services.SetItem(index, Services[index] with { WasRemoved = true }) },
            WorkloadEventKind.Changed when index >= 0 => this with { Services = Services.SetItem(index, Services[index].Hear(happened.Service!, happened.Time)) },
            _ => this,
        };
    }

    /// <summary>
    /// What another daemon tells from here on begins with what it took over: it shows services as stopped that it is
    /// just adopting, and nothing that it tells is from before.
    /// </summary>
    public WorkspaceProgress OfAnotherDaemon() => this with { Services = [.. Services.Select(service => service with { IsStale = false, HasBegun = false })] };

    private int IndexOf(string name)
    {
        for (var i = 0; i < Services.Length; i++)
        {
            if (Services[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}
