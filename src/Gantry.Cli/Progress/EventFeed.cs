using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gantry.Cli.Connection;
using Gantry.Cli.Failures;
using Gantry.Daemon.Workspaces;

namespace Gantry.Cli.Progress;

/// <summary>
/// The events of a workspace without a gap, across the daemon's restarts. After each break, and before each present
/// state, comes a null: what follows may be told by another daemon, and does not follow from what was told before.
/// </summary>
internal sealed class EventFeed(DaemonClient client, string workspace, TimeProvider time)
{
    /// <summary>A daemon that is replaced or restarted is back within this, counted from the end of the connection with it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(100);

    /// <param name="after">The last event that is known; null for the present state first.</param>
    /// <exception cref="CliException">The daemon does not come back.</exception>
    public async IAsyncEnumerable<ServiceEvent?> ReadAsync(long? after, [EnumeratorCancellation] CancellationToken ct)
    {
        var gone = time.GetTimestamp();
        while (true)
        {
            var isPresent = false;
            await using var events = client.WatchAsync(workspace, after, ct).GetAsyncEnumerator(ct);
            while (await NextAsync(events) is var (happened, hasId))
            {
                // What has no number is the present state, told to whoever is too far behind to be told what happened.
                if (!hasId && !isPresent)
                {
                    yield return null;
                }

                isPresent = !hasId;
                after = hasId ? happened.Sequence : after;
                yield return happened;
            }

            if (time.GetElapsedTime(gone) > Patience)
            {
                throw CliException.TryAgain("daemon-gone", "the daemon has left and does not come back; what it started runs on where its lifetime says so", "gantry up");
            }

            yield return null;
            await Task.Delay(RetryEvery, time, ct);
        }

        // Null where the connection has ended, or there is none.
        async ValueTask<(ServiceEvent Event, bool HasId)?> NextAsync(IAsyncEnumerator<(ServiceEvent, bool)> events)
        {
            try
            {
                if (await events.MoveNextAsync())
                {
                    return events.Current;
                }
            }
            catch (NoDaemonException)
            {
                // It is not back yet.
                return null;
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // It left in the middle of a word.
            }

            gone = time.GetTimestamp();
            return null;
        }
    }
}
