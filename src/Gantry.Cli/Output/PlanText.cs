using System.Globalization;
using System.Text;
using Gantry.Workloads;

namespace Gantry.Cli.Output;

/// <summary>What would be done, and why.</summary>
internal static class PlanText
{
    public static void Write(StringBuilder into, string workspace, IReadOnlyCollection<PlanStep> plan, Palette palette)
    {
        if (plan.Count == 0)
        {
            into.Append(workspace).Append(": nothing to do, all is as the file says\n");
            return;
        }

        into.Append(palette.Paint(Tone.Strong, workspace)).Append(": ").Append(plan.Count == 1 ? "1 step" : string.Create(CultureInfo.InvariantCulture, $"{plan.Count} steps")).Append("\n\n");
        var table = new TextTable("  ");
        foreach (var step in plan)
        {
            var name = step.Replica is { } replica ? string.Create(CultureInfo.InvariantCulture, $"{step.Workload}/{replica}") : step.Workload;
            table.Add(Verb(step.Action), name, string.Join("; ", step.Causes));
        }

        table.Write(into, palette, width: null);
    }

    private static Cell Verb(PlanAction action) => action switch
    {
        PlanAction.Start => new Cell("start", Tone.Good),
        PlanAction.Replace => new Cell("replace", Tone.Busy),
        PlanAction.Update => new Cell("update", Tone.Plain),
        _ => new Cell("remove", Tone.Bad),
    };
}
