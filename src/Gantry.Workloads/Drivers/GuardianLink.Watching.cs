using Gantry.Workloads.Guardian;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Drivers;

/// <summary>What the end of a connection means: the guardian's lock tells whether it has ended itself.</summary>
internal sealed partial class GuardianLink
{
    /// <summary>The watcher of a lost connection makes it anew, or sweeps before anything else may be started.</summary>
    /// <returns>The connection that there is by then, if any.</returns>
    private async Task<GuardianClient?> WaitForWatcherAsync(CancellationToken ct)
    {
        while (true)
        {
            if (!_disposed && _client is { Lost.IsCompleted: false } client)
            {
                return client;
            }

            var watching = _watching;
            await watching.WaitAsync(ct);
            if (watching == _watching)
            {
                return null;
            }
        }
    }

    private void Take(GuardianClient client)
    {
        _client = client;
        _watching = WatchAsync(client);
    }

    private async Task WatchAsync(GuardianClient client)
    {
        try
        {
            if (await client.Lost.WaitAsync(_ending.Token) is { } unforeseen)
            {
                Log.ConnectionFailed(logger, unforeseen);
            }

            if (await ReachAgainAsync(_ending.Token) is { } again)
            {
                Log.GuardianReached(logger, again.Pid);
                Take(again);
                return;
            }
        }
        catch (OperationCanceledException) when (_disposed)
        {
            return;
        }
        finally
        {
            await client.DisposeAsync();
        }

        await BuryAsync(client.Pid);
    }

    /// <summary>Connects anew to a guardian that lives, and catches up with what happened meanwhile. Null once it is gone.</summary>
    private async Task<GuardianClient?> ReachAgainAsync(CancellationToken ct)
    {
        while (true)
        {
            GuardianClient? client = null;
            try
            {
                client = await ReachAsync(ct);
                if (client is not null)
                {
                    CatchUp(await client.AskAsync<ListReply>(new ListOrder(), ct));
                }

                return client;
            }
            catch (Exception e)
            {
                if (client is not null)
                {
                    await client.DisposeAsync();
                }

                if (e is OperationCanceledException)
                {
                    throw;
                }

                // Whatever it is, what the guardian keeps is alive for as long as it is.
                Log.ConnectionFailed(logger, e);
            }

            await Task.Delay(LookAgain, time, ct);
        }
    }

    private void CatchUp(ListReply list)
    {
        var states = list.Processes.ToDictionary(state => state.Key);
        foreach (var (key, instance) in _instances)
        {
            if (states.GetValueOrDefault(key) is not { } state)
            {
                instance.OnExited(ExitStatus.WasLost);
                continue;
            }

            if (state.Notified)
            {
                instance.OnNotified();
            }

            if (state.Exit is { } exit)
            {
                instance.OnExited(exit);
            }
        }
    }

    private async Task BuryAsync(int guardian)
    {
        Log.GuardianLost(logger, guardian);
        try
        {
            Tell(await Sweeper.SweepAsync(home, options.UseCgroups, time, CancellationToken.None));
        }
        catch (Exception e)
        {
            // Whatever kept it from looking, the next guardian must be started, and every instance hear of its loss.
            Log.SweepFailed(logger, e);
        }

        foreach (var instance in _instances.Values)
        {
            instance.OnExited(ExitStatus.WasLost);
        }

        await ReapAsync(guardian);
    }

    /// <summary>Takes notice of the end of a child, which comes a little after that of its lock: without, it would stay a zombie for as long as we live.</summary>
    private async Task ReapAsync(int pid)
    {
        var since = time.GetTimestamp();
        while (Libc.WaitPid(pid, out _, Libc.WNOHANG) == 0 && time.GetElapsedTime(since) < ReapPatience)
        {
            await Task.Delay(LookEvery, time, CancellationToken.None);
        }
    }

    /// <summary>Without a guardian whatever carries this home's mark was left by one that was killed together with its daemon.</summary>
    private async Task SweepOnceAsync(CancellationToken ct)
    {
        if (_swept)
        {
            return;
        }

        Tell(await Sweeper.SweepAsync(home, options.UseCgroups, time, ct));
        _swept = true;
    }

    private void Tell(Sweep sweep)
    {
        if (sweep.Ended > 0)
        {
            Log.Swept(logger, sweep.Ended);
        }

        if (sweep.Left.Length > 0)
        {
            Log.NotSwept(logger, string.Join(", ", sweep.Left));
        }
    }
}
