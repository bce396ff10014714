using Gantry.Daemon.Workspaces;

namespace Gantry.Cli.Progress;

/// <summary>How the waiting ended.</summary>
internal enum Ending
{
    Ready,

    Failed,

    TimedOut,
}

/// <summary>Shows progress while it is made.</summary>
internal interface IProgressView : IAsyncDisposable
{
    /// <summary>How often to show it though nothing happened; null for never.</summary>
    TimeSpan? Every { get; }

    void Show(WorkspaceProgress progress, DateTimeOffset now);
}

/// <summary>Follows the events until all is ready, or it is clear that it will not be.</summary>
internal sealed class ProgressFollower(IProgressView view, TimeProvider time)
{
    /// <summary>After the first failure the others get this long to fail as well, so that one report tells all of them.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(1);

    /// <param name="feed">Events, and a null where what follows is told by another daemon.</param>
    /// <param name="timeout">How long to wait at most; null for as long as it takes.</param>
    public async Task<(Ending Ending, WorkspaceProgress Progress)> FollowAsync(
        WorkspaceProgress progress, IAsyncEnumerable<ServiceEvent?> feed, TimeSpan? timeout, CancellationToken ct)
    {
        var since = time.GetTimestamp();
        long? failed = null;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var events = feed.GetAsyncEnumerator(over.Token);
        var next = Task.FromResult(false);
        var asked = false;
        try
        {
            while (true)
            {
                view.Show(progress, time.GetUtcNow());
                if (Judge(progress, failed) is { } ending)
                {
                    return (ending, progress);
                }

                if (timeout is { } most && time.GetElapsedTime(since) >= most)
                {
                    return (Ending.TimedOut, progress);
                }

                failed ??= progress.Failed.Any() ? time.GetTimestamp() : null;
                if (!asked)
                {
                    next = events.MoveNextAsync().AsTask();
                    asked = true;
                }

                if (!await IsThereAsync(next, Pause(since, timeout, failed is not null), ct))
                {
                    continue;
                }

                asked = false;
                if (await next)
                {
                    progress = events.Current is { } happened ? progress.Apply(happened) : progress.OfAnotherDaemon();
                }
            }
        }
        finally
        {
            await over.CancelAsync();

            // An enumerator may not be disposed of while it is asked. How that ends is of no interest any more.
            await Task.WhenAny(next);
        }
    }

    private Ending? Judge(WorkspaceProgress progress, long? failed) => progress switch
    {
        { IsReady: true } => Ending.Ready,
        _ when failed is { } when && progress.Failed.Any() && (progress.IsSettled || time.GetElapsedTime(when) >= Aftermath) => Ending.Failed,
        _ => null,
    };

    /// <summary>Until when there is nothing to do unless something happens.</summary>
    private TimeSpan Pause(long since, TimeSpan? timeout, bool failed)
    {
        var pause = view.Every ?? TimeSpan.FromHours(1);
        pause = failed && pause > Aftermath / 10 ? Aftermath / 10 : pause;
        var left = timeout - time.GetElapsedTime(since);
        return left is { } rest && rest < pause ? (rest > TimeSpan.Zero ? rest : TimeSpan.Zero) : pause;
    }

    private async Task<bool> IsThereAsync(Task<bool> next, TimeSpan pause, CancellationToken ct)
    {
        if (next.IsCompleted)
        {
            return true;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var delay = Task.Delay(pause, time, stop.Token);
        var first = await Task.WhenAny(next, delay);
        await stop.CancelAsync();
        ct.ThrowIfCancellationRequested();
        return first == next;
    }
}
