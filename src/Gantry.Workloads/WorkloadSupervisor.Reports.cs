using System.Globalization;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Probes;

namespace Gantry.Workloads;

/// <summary>What follows from the reports of the activities: the next state and what it is made of.</summary>
internal sealed partial class WorkloadSupervisor
{
    private async Task TakeReportAsync(Report report)
    {
        switch (report)
        {
            case Happened { Trigger: Trigger.Started }:
                await EnterAsync(WorkloadState.Running, Begun(_instance!));
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
            case Clearing { Exit: var exit }:
                Publish(_snapshot with { Ready = false, Health = RestingHealth, Endpoint = null, Pid = null, Container = null, Exit = exit, Reason = $"{exit}; what it left behind is being ended" });
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
        if (_toFail is { } fault)
        {
            _toFail = null;
            await EnterAsync(WorkloadState.Failed, basis with { Health = RestingHealth, Fault = fault });
            return;
        }

        var trigger = _renewing ? Trigger.GoneAndWanted : Trigger.Gone;
        _renewing = false;
        await EnterAsync(Lifecycle.Next(WorkloadState.Stopping, trigger), basis with { Health = RestingHealth });
    }

    private async Task TakeEndAsync(Ended ended)
    {
        _instance = null;
        var lasted = _services.Time.GetElapsedTime(_began, ended.At);
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
            _pause = wait;
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

    /// <summary>A run begins here, or had begun before this daemon.</summary>
    private ReplicaSnapshot Begun(IInstance instance)
    {
        var age = _services.Time.GetUtcNow() - instance.StartedAt;
        _began = _services.Time.GetTimestamp() - (long)(Math.Max(0, age.TotalSeconds) * _services.Time.TimestampFrequency);
        return _snapshot with
        {
            Pid = instance.Pid,
            Container = instance.Container,
            StartedAt = instance.StartedAt,
            ReadyAt = null,
            RetryAt = null,
            Health = RestingHealth,
            Reason = "started",
        };
    }

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
