using System.Text;
using System.Text.Json;
using Gantry.Workloads;

namespace Gantry.Daemon.Edge.Pages;

/// <summary>An <see cref="EdgeAnswer"/> for people.</summary>
internal static class AnswerPage
{
    /// <param name="answer">What there is to say.</param>
    /// <param name="port">The edge's port as the reader reaches it, for links.</param>
    public static string Render(EdgeAnswer answer, int port)
    {
        var body = new StringBuilder();
        var state = answer.Service?.Snapshot?.State;
        body.Append($"<main class=\"{answer.Tone.ToString().ToLowerInvariant()}\" data-state=\"{(state is { } known ? JsonNamingPolicy.CamelCase.ConvertName($"{known}") : "")}\">\n");
        body.Append($"<header>{PageLayout.Encode(answer.Service?.Workspace ?? $"{answer.Status}")}{(state is { } shown ? $" · {Words.Of(shown)}" : "")}</header>\n");
        body.Append($"<h1>{PageLayout.Encode(answer.Title)}</h1>\n");
        body.Append($"<p data-detail aria-live=\"polite\">{PageLayout.Encode(answer.Detail ?? "")}</p>\n");
        if (answer.Remedy is { } remedy)
        {
            body.Append($"<p>{(answer.Tone == Tone.Busy ? "More with" : "Next:")} <code>{PageLayout.Encode(remedy)}</code></p>\n");
        }

        if (!answer.Hosts.IsEmpty)
        {
            body.Append("<p>These do answer:</p>\n<ul>\n");
            foreach (var host in answer.Hosts)
            {
                body.Append($"<li class=\"ready\"><a href=\"{PageLayout.Encode(EdgeAddress.UrlOf(host, port))}\">{PageLayout.Encode(host)}</a></li>\n");
            }

            body.Append("</ul>\n");
        }

        if (answer.Passes)
        {
            body.Append("<footer>This page reloads by itself as soon as the service answers.</footer>\n");
        }

        body.Append("</main>");
        return PageLayout.Render(answer.Title, body.ToString(), answer.Passes);
    }
}
