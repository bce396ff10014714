using System.Text;
using Gantry.Workloads;

namespace Gantry.Daemon.Edge.Pages;

/// <summary>The list of a workspace's services, where its bare domain has nothing else to show.</summary>
internal static class EntryPage
{
    public static string RenderPage(EdgeWorkspace workspace, int port)
    {
        var body = new StringBuilder();
        body.Append($"<main class=\"{Class(Worst(workspace))}\">\n<header>{PageLayout.Encode(workspace.Domain)}</header>\n<h1>{PageLayout.Encode(workspace.Name)}</h1>\n<ul>\n");
        foreach (var entry in workspace.Entries)
        {
            var name = PageLayout.Encode(entry.Service.Name);
            var link = entry.Host is { } host ? $"<a href=\"{PageLayout.Encode(EdgeAddress.UrlOf(host, port))}\">{name}</a>" : $"<span>{name}</span>";
            body.Append($"<li class=\"{Class(ToneOf(entry.Service))}\">{link}<small>{PageLayout.Encode(Words(entry.Service))}</small></li>\n");
        }

        body.Append("</ul>\n</main>");
        return PageLayout.Render(workspace.Name, body.ToString(), looksAgain: false);
    }

    /// <summary>The same for a terminal: name, address and state in columns.</summary>
    public static string RenderText(EdgeWorkspace workspace, int port)
    {
        var rows = workspace.Entries.Select(entry => (entry.Service.Name, Address: entry.Host is { } host ? EdgeAddress.UrlOf(host, port) : "", Words: Words(entry.Service))).ToList();
        var (nameWidth, addressWidth) = (rows.Max(row => (int?)row.Name.Length) ?? 0, rows.Max(row => (int?)row.Address.Length) ?? 0);
        var text = new StringBuilder($"{workspace.Name}\n\n");
        foreach (var row in rows)
        {
            text.Append($"{row.Name.PadRight(nameWidth)}  {row.Address.PadRight(addressWidth)}  {row.Words}\n");
        }

        return text.ToString();
    }

    private static string Words(EdgeService service) => service.Snapshot switch
    {
        null => "not running",
        { Ready: true, Type: WorkloadType.Task } => "completed",
        { Ready: true } => "ready",
        var snapshot => snapshot.Progress ?? snapshot.Reason,
    };

    private static Tone ToneOf(EdgeService service) => service.Snapshot is { Ready: true } ? Tone.Ready : ServiceAnswers.NotReady(service).Tone;

    private static Tone Worst(EdgeWorkspace workspace)
    {
        Tone[] order = [Tone.Failed, Tone.Busy, Tone.Ready];
        var tones = workspace.Entries.Select(entry => ToneOf(entry.Service)).ToHashSet();
        return order.FirstOrDefault(tones.Contains, Tone.Idle);
    }

    private static string Class(Tone tone) => tone.ToString().ToLowerInvariant();
}
