using System.Globalization;
using System.Text;
using Gantry.Cli.Progress;
using Gantry.Cli.Status;
using Gantry.Daemon.Workspaces;

namespace Gantry.Cli.Output;

/// <summary>What stays on the screen of a command that brought services up: how each of them is, where it answers, how long it took.</summary>
internal static class RecordText
{
    public static void Write(StringBuilder into, WorkspaceProgress progress, Palette palette, int? width)
    {
        var table = new TextTable("  ");
        var urls = progress.Told.Select(service => service.Status is { } status ? Addresses(status).Url.Length : 0).DefaultIfEmpty().Max();
        foreach (var service in progress.Told)
        {
            if (service.Status is not { } status)
            {
                continue;
            }

            table.Add(
                Mark(service),
                service.Name,
                new Cell(StatusText.Word(status), StatusText.ToneOf(status)),
                InColumns(Addresses(status), urls),
                new Cell(service.Took is { } took ? Elapsed.Show(took) : service.Standing == Standing.Ready ? "" : StatusText.OneLine(status.Reason), Tone.Quiet));
        }

        table.Write(into, palette, width);
    }

    /// <summary>Where it answers: by name at the edge, and at its own port.</summary>
    private static (string Url, string Port) Addresses(ServiceStatus status)
    {
        var port = status.Port is { } number ? string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{number}") : "";
        return status.Url is not { } url ? (port, "") : (url, url == $"http://{port}" ? "" : port);
    }

    private static string InColumns((string Url, string Port) addresses, int width) =>
        addresses.Port.Length > 0 ? $"{addresses.Url.PadRight(width)}  {addresses.Port}" : addresses.Url;

    private static Cell Mark(ServiceProgress service) => service.Standing switch
    {
        Standing.Ready => new Cell("✔", Tone.Good),
        Standing.Failed => new Cell("✘", Tone.Bad),
        _ => new Cell("…", Tone.Busy),
    };
}
