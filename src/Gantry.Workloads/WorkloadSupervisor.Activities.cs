using System.Globalization;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Probes;

namespace Gantry.Workloads;

/// <summary>What a supervisor does in each state, and what it makes of the outcome.</summary>
internal sealed partial class WorkloadSupervisor
{
    private static readonly TimeSpan ProbeAgainAfter = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan StopAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>Goes into a state: ends the old activity, publishes, begins the new one.</summary>
    private async Task EnterAsync(WorkloadState state, ReplicaSnapshot basis)
    {
        await LeaveAsync();
        _epoch++;
        var (ready, reason) = Readiness.Of(_spec, state, passed: false, state == WorkloadState.Running ? basis.Reason : Finding(state, basis), basis.Exit);
        Publish(basis with { State = state, Ready = ready, Reason = reason, Endpoint = state == WorkloadState.Running ? basis.Endpoint : null });
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
            $"{basis.Fault?.Message ?? basis.Exit?.ToString() ?? "failed"}; next try in {(basis.RetryAt!.Value - _services.Time.GetUtcNow()).TotalSeconds:0.#} s"),
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
            await _mailbox.Writer.WriteAsync(report, ct);
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
        await instance.StopAsync(_spec.Stop, ct);
        await instance.RemoveAsync(ct);
        await ReportAsync(new Ended(epoch, exit, cause), ct);

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
                    await Task.WhenAny(Task.Delay(ProbeAgainAfter, _services.Time, token));
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
        var wait = _snapshot.RetryAt!.Value - _services.Time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _services.Time, ct);
        }

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
                await ReportAsync(new Ended(epoch, exit, null), ct);
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

    private async Task TakeReportAsync(Report report)
    {
        switch (report)
        {
            case Happened { Trigger: Trigger.Started }:
                await EnterAsync(WorkloadState.Running, Running(_instance!));
                break;
            case Happened { Trigger: Trigger.Gone }:
                await LeaveStoppingAsync(_snapshot);
                break;
            case Happened happened:
                await EnterAsync(Lifecycle.Next(_snapshot.State, happened.Trigger), _snapshot);
                break;
            case Found found:
                Publish(WithVerdict(found.Verdict));
                break;
            case Remark remark:
                Publish(_snapshot with { Reason = remark.Text });
                break;
            case CouldNot { Fault: var fault }:
                await RetryOrGiveUpAsync(fault.Code == GuardianClient.LostCode ? ExitStatus.WasLost : new ExitStatus(1), fault, _snapshot);
                break;
            case Ended ended when _snapshot.State == WorkloadState.Stopping:
                _instance = null;
                await LeaveStoppingAsync(_snapshot with { Exit = ended.Exit, Pid = null, Container = null });
                break;
            case Ended ended:
                await TakeEndAsync(ended);
                break;
        }
    }

    private async Task LeaveStoppingAsync(ReplicaSnapshot basis)
    {
        var trigger = _renewing ? Trigger.GoneAndWanted : Trigger.Gone;
        _renewing = false;
        await EnterAsync(Lifecycle.Next(WorkloadState.Stopping, trigger), basis with { Health = RestingHealth });
    }

    private async Task TakeEndAsync(Ended ended)
    {
        _instance = null;
        var lasted = _services.Time.GetUtcNow() - (_snapshot.StartedAt ?? _services.Time.GetUtcNow());
        if (_snapshot.ReadyAt is not null && lasted >= RestartPolicy.StableAfter)
        {
            _attempts = 0;
        }

        var exit = ended.Cause is not null && ended.Exit.Success ? ended.Exit with { Code = 1 } : ended.Exit;
        var basis = _snapshot with { Exit = ended.Exit, Pid = null, Container = null, Health = RestingHealth };
        if (exit.Success && Lifecycle.AfterEnd(_spec.Type, _spec.Restart, exit, _attempts) == Trigger.EndedWell)
        {
            await EnterAsync(WorkloadState.Completed, basis with { Fault = null });
            return;
        }

        var message = string.Create(CultureInfo.InvariantCulture, $"{(ended.Cause is { } cause ? cause + ", " : "")}{ended.Exit} after {Lasted(lasted)}");
        var fault = new Fault(ended.Exit.OutOfMemory ? "out-of-memory" : ended.Exit.Lost ? "lost" : "exited", message, RemedyFor(ended.Exit));
        await RetryOrGiveUpAsync(exit, fault, basis);
    }

    private async Task RetryOrGiveUpAsync(ExitStatus exit, Fault fault, ReplicaSnapshot basis)
    {
        var trigger = fault.IsLasting ? Trigger.EndedForGood : Lifecycle.AfterEnd(_spec.Type, _spec.Restart, exit, _attempts);
        if (trigger == Trigger.EndedToRetry)
        {
            // What was lost is not its own failure: it starts again at once and loses no attempt.
            _attempts += exit.Lost ? 0 : 1;
            var wait = exit.Lost ? TimeSpan.Zero : _spec.Restart.Backoff(_attempts);
            basis = basis with { RetryAt = _services.Time.GetUtcNow() + wait, Restarts = basis.Restarts + 1 };
        }

        Log.Failed(_services.Logger, _id, fault.Message, _attempts);
        await EnterAsync(Lifecycle.Next(_snapshot.State, trigger), basis with { Fault = fault });
    }

    private ReplicaSnapshot WithVerdict(Verdict verdict)
    {
        var (ready, reason) = Readiness.Of(_spec, _snapshot.State, verdict.Passed, verdict.Finding, _snapshot.Exit);
        return _snapshot with
        {
            Health = _spec.Health is null && verdict.Health != Health.Unhealthy ? Health.None : verdict.Health,
            Ready = ready,
            Reason = reason,
            Endpoint = verdict.Endpoint ?? (verdict.Passed ? _snapshot.Endpoint : null),
            ReadyAt = ready ? _snapshot.ReadyAt ?? _services.Time.GetUtcNow() : _snapshot.ReadyAt,
            Fault = ready ? null : _snapshot.Fault,
        };
    }

    private ReplicaSnapshot Running(IInstance instance) => _snapshot with
    {
        Pid = instance.Pid,
        Container = instance.Container,
        StartedAt = instance.StartedAt,
        ReadyAt = null,
        RetryAt = null,
        Exit = _snapshot.Exit,
        Health = RestingHealth,
        Reason = "started",
    };

    private string RemedyFor(ExitStatus exit) => exit switch
    {
        { OutOfMemory: true } => $"raise limits.memory of {_id.Workload}, or have it use less",
        { Lost: true } => "nothing to do: it is started again",
        { Code: 127 } => "a command that its shell ran was not found; see its output",
        _ => $"gantry logs {_id.Workload}",
    };

    private static string Lasted(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");

    private static Fault Missing(RuntimeKind kind) => kind == RuntimeKind.Container
        ? new Fault("driver-missing", "needs the container driver, which is not available in this version", "run it as a process: give it a command instead of an image") { IsLasting = true }
        : new Fault("driver-missing", $"this host cannot run a {kind.ToString().ToLowerInvariant()}") { IsLasting = true };

    private sealed class DirectProgress(Action<string>? told) : IProgress<string>
    {
        public void Report(string value) => told?.Invoke(value);
    }
}
