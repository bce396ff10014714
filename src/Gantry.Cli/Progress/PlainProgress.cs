using Gantry.Cli.Output;
using Gantry.Cli.Status;
using Gantry.Workloads;

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
            if (service is { IsStale: false, Status: { } status } && Word(service) is { } word && _told.GetValueOrDefault(service.Name) != word)
            {
                // What was so from the beginning is no news.
                if (_told.ContainsKey(service.Name) || service.Began is not null || service.Standing != Standing.Ready)
                {
                    var took = service is { Standing: Standing.Ready, Took: { } time } ? $" in {Elapsed.Show(time)}" : "";
                    write($"{service.Name}: {word}{took}{Reason(word, StatusText.OneLine(status.Progress ?? status.Reason))}");
                }

                _told[service.Name] = word;
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The state in a word; null for what is over at once, or was before anything began.</summary>
    private static string? Word(ServiceProgress service) => service.Status! switch
    {
        { State: WorkloadState.Waiting, Reason: var reason } when reason.EndsWith("waiting", StringComparison.Ordinal) => null,
        { State: WorkloadState.Preparing, Progress: null } => null,
        { State: WorkloadState.Stopped } when !service.HasBegun => null,
        var status => StatusText.Word(status),
    };

    /// <summary>Where a service has replicas one of them tells, and often no more than the state's word.</summary>
    private static string Reason(string word, string reason)
    {
        var told = reason.StartsWith("replica ", StringComparison.Ordinal) && reason.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon ? reason[(colon + 2)..] : reason;
        return told == word || told is "" or "started" or "waiting" or "starting" or "stopping" or "stopped" or "preparing" ? "" : $" ({reason})";
    }
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
