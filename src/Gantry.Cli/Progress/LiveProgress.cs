using Gantry.Cli.Output;
using Gantry.Cli.Status;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Gantry.Cli.Progress;

/// <summary>
/// A line for each service that changes in place and is gone in the end, for people at a terminal. Where there are more
/// services than rows, those that are ready give way.
/// </summary>
internal sealed class LiveProgress : IProgressView
{
    private static readonly string[] Spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly IAnsiConsole _console;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _display;
    private LiveDisplayContext? _context;

    /// <param name="console">Where to draw.</param>
    public LiveProgress(IAnsiConsole console)
    {
        _console = console;
        _console.Cursor.Hide();
        _display = console.Live(new Text("")).AutoClear(true).Overflow(VerticalOverflow.Crop).StartAsync(context =>
        {
            _context = context;
            return _done.Task;
        });
    }

    public TimeSpan? Every => Step;

    /// <summary>The terminal behind standard output.</summary>
    public static IAnsiConsole Terminal(Palette palette) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.Yes,
        ColorSystem = palette.HasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.Yes,
    });

    public void Show(WorkspaceProgress progress, DateTimeOffset now)
    {
        _context?.UpdateTarget(Draw(progress, now, Math.Max(3, _console.Profile.Height - 2)));
    }

    public async ValueTask DisposeAsync()
    {
        _done.TrySetResult();
        await _display;
        _console.Cursor.Show();
    }

    /// <summary>The picture of a moment.</summary>
    /// <param name="rows">How many lines there is room for.</param>
    internal static IRenderable Draw(WorkspaceProgress progress, DateTimeOffset now, int rows)
    {
        var grid = new Table().NoBorder().HideHeaders();
        foreach (var name in (string[])["mark", "name", "state", "took", "reason"])
        {
            grid.AddColumn(new TableColumn(name) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        }

        var shown = progress.Services.Length <= rows
            ? progress.Services
            : [.. progress.Services.Where(service => service.Standing != Standing.Ready).Concat(progress.Services.Where(service => service.Standing == Standing.Ready)).Take(rows - 1)];
        foreach (var service in shown)
        {
            grid.AddRow(Row(service, now));
        }

        var hidden = progress.Services.Length - shown.Length;
        return hidden == 0 ? grid : new Rows(grid, new Text($"… and {hidden} more"));
    }

    private static IRenderable[] Row(ServiceProgress service, DateTimeOffset now)
    {
        var status = service.IsStale ? null : service.Status;
        var frame = Spinner[(int)(now.ToUnixTimeMilliseconds() / (long)Step.TotalMilliseconds % Spinner.Length)];
        var (mark, style) = service.Standing switch
        {
            Standing.Ready => ("✔", new Style(Color.Green)),
            Standing.Failed => ("✘", new Style(Color.Maroon)),
            _ => (frame, new Style(Color.Olive)),
        };
        var took = service.Took ?? now - service.Began;
        return
        [
            new Text(mark, style),
            new Text(service.Name),
            new Text(status is null ? "…" : status.Ready && StatusText.State(status) == "running" ? "ready" : StatusText.State(status), style),
            new Text(took is { } time ? Elapsed.Show(time) : ""),
            new Text(StatusText.OneLine(status?.Progress ?? status?.Reason ?? "")).Ellipsis(),
        ];
    }
}
