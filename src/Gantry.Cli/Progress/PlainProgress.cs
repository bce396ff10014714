using Gantry.Cli.Output;
using Gantry.Cli.Status;

namespace Gantry.Cli.Progress;

/// <summary>One line for each change of a service's state, for logs and CI: <c>name: state (reason)</c>.</summary>
internal sealed class PlainProgress(Action<string> write) : IProgressView
{
    private readonly Dictionary<string, string> _told = [];

    public TimeSpan? Every => null;

    public void Show(WorkspaceProgress progress, DateTimeOffset now)
    {
        foreach (var service in progress.Services)
        {
            if (service is { IsStale: false, Status: { } status } && Word(service) is var word && _told.GetValueOrDefault(service.Name) != word)
            {
                // What was so from the beginning is no news.
                if (_told.ContainsKey(service.Name) || service.Began is not null || service.Standing != Standing.Ready)
                {
                    var took = service is { Standing: Standing.Ready, Took: { } time } ? $" in {Durations.Show(time)}" : "";
                    write($"{service.Name}: {word}{took}{Reason(word, StatusText.OneLine(status.Reason))}");
                }

                _told[service.Name] = word;
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Word(ServiceProgress service) => service.Status!.Ready && StatusText.State(service.Status) == "running" ? "ready" : StatusText.State(service.Status);

    private static string Reason(string word, string reason) => reason == word || reason.Length == 0 ? "" : $" ({reason})";
}

/// <summary>Says nothing: for <c>--json</c> and <c>--quiet</c>.</summary>
internal sealed class SilentProgress : IProgressView
{
    public TimeSpan? Every => null;

    public void Show(WorkspaceProgress progress, DateTimeOffset now)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
