using System.Collections.Immutable;
using System.Text;
using Gantry.Cli.Output;
using Gantry.Cli.Status;
using Gantry.Workloads;

namespace Gantry.Cli.Progress;

/// <summary>
/// A line for each service that changes in place and is gone in the end, for people at a terminal. Only the few control
/// sequences of ECMA-48 that every terminal has; the cursor stays as it is, so that nothing has to be mended where the
/// process is killed.
/// </summary>
/// <param name="write">Writes to the terminal as it is.</param>
/// <param name="size">Rows and columns of the terminal, as they are now.</param>
internal sealed class LiveProgress(Action<string> write, Func<(int Rows, int Columns)> size, Palette palette) : IProgressView
{
    private static readonly string[] Spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private int _lines;

    public TimeSpan? Every => Step;

    public void Show(WorkspaceProgress progress, DateTimeOffset now)
    {
        var (rows, columns) = size();
        var lines = Draw(progress, now, Math.Max(3, rows - 1), columns - 1, palette);
        var text = new StringBuilder(BackToTop());
        foreach (var line in lines)
        {
            text.Append("\e[2K").Append(line).Append('\n');
        }

        _lines = lines.Count;
        write(text.Append("\e[J").ToString());
    }

    public ValueTask DisposeAsync()
    {
        write(BackToTop() + "\e[J");
        _lines = 0;
        return ValueTask.CompletedTask;
    }

    /// <summary>The picture of a moment. Where there are more services than rows, those that are ready give way.</summary>
    internal static IReadOnlyList<string> Draw(WorkspaceProgress progress, DateTimeOffset now, int rows, int columns, Palette palette)
    {
        var told = progress.Told.ToImmutableArray();
        var shown = told.Length <= rows
            ? told
            : [.. told.OrderBy(service => service.Standing == Standing.Ready).Take(rows - 1)];
        var table = new TextTable();
        foreach (var service in shown)
        {
            table.Add(Row(service, now));
        }

        var text = new StringBuilder();
        table.Write(text, palette, columns, least: 0);
        var hidden = told.Length - shown.Length;
        return [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), .. hidden > 0 ? [$"… and {hidden} more"] : (string[])[]];
    }

    private static Cell[] Row(ServiceProgress service, DateTimeOffset now)
    {
        var frame = Spinner[(int)(now.ToUnixTimeMilliseconds() / (long)Step.TotalMilliseconds % Spinner.Length)];
        var (mark, tone) = service.Standing switch
        {
            Standing.Ready => ("✔", Tone.Good),
            Standing.Failed => ("✘", Tone.Bad),
            _ => (frame, Tone.Busy),
        };

        // What is known may still be from before.
        var status = service.IsStale || service is { HasBegun: false, Status.State: WorkloadState.Stopped } ? null : service.Status;
        var took = service.Took ?? now - service.Began;
        return
        [
            new Cell(mark, tone),
            service.Name,
            new Cell(status is null ? "…" : StatusText.Word(status), tone),
            took is { } time ? Elapsed.Show(time) : "",
            new Cell(Reason(status), Tone.Quiet),
        ];
    }

    private static string Reason(Daemon.Workspaces.ServiceStatus? status)
    {
        var reason = StatusText.OneLine(status?.Progress ?? status?.Reason ?? "");
        return status is null || reason == StatusText.Word(status) ? "" : reason;
    }

    private string BackToTop() => _lines > 0 ? $"\r\e[{_lines}A" : "\r";
}
