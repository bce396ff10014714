using System.Globalization;
using System.Text;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;

namespace Gantry.Cli.Output;

/// <summary>What would be done, and why.</summary>
internal static class PlanText
{
    public static void Write(StringBuilder into, ApplyAnswer answer, Palette palette)
    {
        var (workspace, steps) = (answer.Workspace.Workspace, answer.Plan.Length + answer.Changes.Length);
        if (steps == 0)
        {
            into.Append(workspace).Append(": nothing to do, all is as the file says\n");
            return;
        }

        into.Append(palette.Paint(Tone.Strong, workspace)).Append(": ").Append(steps == 1 ? "1 step" : string.Create(CultureInfo.InvariantCulture, $"{steps} steps")).Append("\n\n");
        var table = new TextTable("  ");
        foreach (var change in answer.Changes)
        {
            table.Add(Verb(PlanAction.Update), "(workspace)", change);
        }

        foreach (var step in answer.Plan)
        {
            var name = step.Replica is { } replica ? string.Create(CultureInfo.InvariantCulture, $"{step.Workload}/{replica}") : step.Workload;
            table.Add(Verb(step.Action), name, string.Join("; ", step.Causes));
        }

        table.Write(into, palette, width: null);
    }

    /// <summary>
    /// What a change does, a line for each service and cause: <c>api: replicas 3 -> 1</c>. A start of what does not run
    /// is left out, for the progress tells it.
    /// </summary>
    public static IEnumerable<string> Lines(IEnumerable<PlanStep> plan)
    {
        foreach (var step in plan.GroupBy(step => (step.Workload, step.Action, IsScaling: step.Replica is not null, Causes: string.Join("; ", step.Causes))))
        {
            var (name, action, isReplica, causes) = step.Key;
            if (action != PlanAction.Start || causes.StartsWith("replicas ", StringComparison.Ordinal))
            {
                yield return isReplica ? $"{name}: {causes}" : $"{name}: {Word(action)} ({causes})";
            }
        }
    }

    private static string Word(PlanAction action) => action switch
    {
        PlanAction.Start => "started",
        PlanAction.Replace => "replaced",
        PlanAction.Update => "updated",
        _ => "removed",
    };

    private static Cell Verb(PlanAction action) => action switch
    {
        PlanAction.Start => new Cell("start", Tone.Good),
        PlanAction.Replace => new Cell("replace", Tone.Busy),
        PlanAction.Update => new Cell("update", Tone.Plain),
        _ => new Cell("remove", Tone.Bad),
    };
}
