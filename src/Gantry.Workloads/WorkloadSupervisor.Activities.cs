using System.Globalization;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Probes;

namespace Gantry.Workloads;

/// <summary>What a supervisor does in each state, and what it makes of the outcome.</summary>
internal sealed partial class WorkloadSupervisor
{
    /// <summary>A main process that left something behind is said to have ended after so long, not only when all of it has gone.</summary>
    private static readonly TimeSpan ClearedAtOnce = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan ProbeAgainAfter = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan StopAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>Goes into a state: ends the old activity, publishes, begins the new one.</summary>
    private async Task EnterAsync(WorkloadState state, ReplicaSnapshot basis)
    {
        await LeaveAsync();
        _epoch++;
        var (ready, reason) = Readiness.Of(_spec, state, passed: state == WorkloadState.Running && basis.Ready, state == WorkloadState.Running ? basis.Reason : Finding(state, basis), basis.Exit);
        Publish(basis with
        {
            State = state,
            Ready = ready,
            Reason = reason,
            Endpoint = state == WorkloadState.Running ? basis.Endpoint : null,
            Renewing = state == WorkloadState.Stopping && _renewing,
        });
        Log.Entered(_services.Logger, _id, state, reason);
        _activity = state switch
        {
            WorkloadState.Waiting => GuardAsync(WaitForDependenciesAsync),
            WorkloadState.Preparing => GuardAsync(PrepareAsync),
            WorkloadState.Starting => GuardAsync(StartAsync),
            WorkloadState.Running => GuardAsync(WatchAsync),
            WorkloadState.BackingOff => GuardAsync(BackOffAsync),
            WorkloadState.Stopping => GuardAsync(StopAsync),
            _ => Task.CompletedTask,
        };
    }

    private async Task LeaveAsync()
    {
        await _leaving.CancelAsync();
        await _activity;
        _leaving.Dispose();
        _leaving = new CancellationTokenSource();
    }

    private string? Finding(WorkloadState state, ReplicaSnapshot basis) => state switch
    {
        WorkloadState.BackingOff => string.Create(
            CultureInfo.InvariantCulture,
            $"{basis.Fault?.Message ?? basis.Exit?.ToString() ?? "failed"}; next try in {_pause.TotalSeconds:0.#} s"),
        WorkloadState.Failed => basis.Fault?.Message,
        _ => null,
    };

    /// <summary>An activity reports what is foreseen by itself; the rest is logged and becomes a fault, so that no replica stands still without a word.</summary>
    private async Task GuardAsync(Func<int, CancellationToken, Task> activity)
    {
        var (epoch, ct) = (_epoch, _leaving.Token);
        try
        {
            await activity(epoch, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The state was left.
        }
        catch (WorkloadException e)
        {
            await ReportAsync(new CouldNot(epoch, e.Fault), ct);
        }
        catch (Exception e)
        {
            Log.Unexpected(_services.Logger, e, _id);
            await ReportAsync(new CouldNot(epoch, new Fault("unexpected", $"unexpected error: {e.Message}", "gantry daemon logs")), ct);
        }
    }

    private async Task ReportAsync(Report report, CancellationToken ct)
    {
        try
        {
            await SendAsync(report, ct);
        }
        catch (OperationCanceledException)
        {
            // Nobody is interested any more.
        }
    }

    private async Task WaitForDependenciesAsync(int epoch, CancellationToken ct)
    {
        string? told = null;
        while (true)
        {
            var missing = Dependencies.FindUnmet(_spec, _services.Board);
            if (missing is null)
            {
                await ReportAsync(new Happened(epoch, Trigger.DependenciesMet), ct);
                return;
            }

            if (missing != told)
            {
                told = missing;
                await ReportAsync(new Remark(epoch, missing), ct);
            }

            await _services.Board.WaitAsync(() => Dependencies.FindUnmet(_spec, _services.Board) != told, ct);
        }
    }

    private async Task PrepareAsync(int epoch, CancellationToken ct)
    {
        var driver = Driver ?? throw new WorkloadException(Missing(_spec.Runtime.Kind));
        var progress = new DirectProgress(_progress);
        await driver.PrepareAsync(_spec, progress, ct);
        await ReportAsync(new Happened(epoch, Trigger.Prepared), ct);
    }

    private async Task StartAsync(int epoch, CancellationToken ct)
    {
        // Kept even where the state was left meanwhile: what was started must be known to be ended.
        _instance = await Driver!.StartAsync(_spec, _id, ct);
        await ReportAsync(new Happened(epoch, Trigger.Started), ct);
    }

    private async Task WatchAsync(int epoch, CancellationToken ct)
    {
        var instance = _instance!;
        string? cause = null;
        using (var over = CancellationTokenSource.CreateLinkedTokenSource(ct))
        {
            var probing = ProbeAsync(over.Token);
            var exited = instance.Exited.WaitAsync(ct);
            await Task.WhenAny(exited, probing);
            await over.CancelAsync();
            await probing;
            ct.ThrowIfCancellationRequested();
            if (!exited.IsCompleted)
            {
                cause = "unhealthy";
                await instance.StopAsync(_spec.Stop, ct);
            }
        }

        // The main process has ended; what it left behind would hold ports and files of the next run.
        var exit = await instance.Exited;
        var at = _services.Time.GetTimestamp();
        var clearing = instance.StopAsync(_spec.Stop, ct);
        if (await Task.WhenAny(clearing, Task.Delay(ClearedAtOnce, _services.Time, ct)) != clearing)
        {
            await ReportAsync(new Clearing(epoch, exit), ct);
        }

        await clearing;
        await instance.RemoveAsync(ct);
        await ReportAsync(new Ended(epoch, exit, at, cause), ct);

        // Returns only when an unhealthy replica is to be restarted; otherwise waits for the end like everybody.
        async Task ProbeAsync(CancellationToken token)
        {
            while (!token.IsCancellationRequested)
            {
                try
                {
                    await ProbeUntilUnhealthyAsync(epoch, instance, token);
                    return;
                }
                catch (OperationCanceledException) when (token.IsCancellationRequested)
                {
                    // The end of the run is also the end of its probes.
                }
                catch (Exception e)
                {
                    // A test that cannot even be made must end neither what it tests nor the testing.
                    Log.Unexpected(_services.Logger, e, _id);
                    await ReportAsync(new Found(epoch, new Verdict(Health.Unhealthy, $"its health test failed: {e.Message}", null)), token);
                    await Task.Delay(ProbeAgainAfter, _services.Time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    /// <summary>Tests for as long as the replica runs; returns where it is unhealthy and is to be restarted for that.</summary>
    private async Task ProbeUntilUnhealthyAsync(int epoch, IInstance instance, CancellationToken ct)
    {
        var unhealthy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watching = _prober.WatchAsync(
            _spec,
            instance,
            instance.Output,
            async verdict =>
            {
                await ReportAsync(new Found(epoch, verdict), ct);
                if (_spec.Health is { Restart: true } && verdict.Health == Health.Unhealthy)
                {
                    unhealthy.TrySetResult();
                }
            },
            ct);
        if (await Task.WhenAny(watching, unhealthy.Task) == watching)
        {
            await watching;
            await unhealthy.Task.WaitAsync(ct);
        }
    }

    private async Task BackOffAsync(int epoch, CancellationToken ct)
    {
        await Task.Delay(_pause, _services.Time, ct);
        await ReportAsync(new Happened(epoch, Trigger.RetryDue), ct);
    }

    private async Task StopAsync(int epoch, CancellationToken ct)
    {
        if (_instance is not { } instance)
        {
            await ReportAsync(new Happened(epoch, Trigger.Gone), ct);
            return;
        }

        while (true)
        {
            try
            {
                await instance.StopAsync(_spec.Stop, ct);
                var exit = await instance.Exited;
                await instance.RemoveAsync(ct);
                await ReportAsync(new Ended(epoch, exit, _services.Time.GetTimestamp(), null), ct);
                return;
            }
            catch (WorkloadException e)
            {
                // It is there still, and not wanted: nothing to do but to say so and to try again.
                await ReportAsync(new Remark(epoch, e.Fault.Message), ct);
                await Task.Delay(StopAgainAfter, _services.Time, ct);
            }
        }
    }
}
