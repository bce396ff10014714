using System.Globalization;
using System.Threading.Channels;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Probes;
using Microsoft.Extensions.Logging;

namespace Gantry.Workloads;

/// <summary>
/// Runs one replica: a single loop that takes messages in their order and is the only writer of its snapshot. Each state
/// has one activity (waiting, starting, watching, …) which the loop starts on entering it, and cancels and awaits on
/// leaving; an activity reports by message like everybody else.
/// </summary>
internal sealed partial class WorkloadSupervisor : IAsyncDisposable
{
    private const int MailboxSize = 64;

    private readonly InstanceId _id;
    private readonly SupervisorServices _services;
    private readonly Prober _prober;
    private readonly Action<ReplicaSnapshot> _publish;
    private readonly Action<string>? _progress;
    private readonly Channel<Message> _mailbox = Channel.CreateBounded<Message>(new BoundedChannelOptions(MailboxSize) { SingleReader = true });
    private readonly CancellationTokenSource _letGo = new();
    private readonly Task _loop;

    // All below belongs to the loop.
    private WorkloadSpec _spec;
    private ReplicaSnapshot _snapshot;
    private IInstance? _instance;
    private CancellationTokenSource _leaving = new();
    private Task _activity = Task.CompletedTask;
    private bool _renewing;

    /// <summary>Whether it has failed, or will have once it has ended, because it was refused.</summary>
    private bool _isRefused;

    /// <summary>Why it will have failed once it has ended.</summary>
    private Fault? _toFail;

    private int _attempts;
    private int _epoch;

    /// <summary>How long it backs off; what the snapshot says is for people, whose clock may be set meanwhile.</summary>
    private TimeSpan _pause;

    /// <summary>When the run began, on the clock that nobody sets.</summary>
    private long _began;

    /// <param name="publish">Gets each new snapshot, one at a time.</param>
    /// <param name="progress">Gets lines about the preparation, for the whole workload.</param>
    public WorkloadSupervisor(WorkloadSpec spec, InstanceId id, SupervisorServices services, Action<ReplicaSnapshot> publish, Action<string>? progress)
    {
        _spec = spec;
        _id = id;
        _services = services;
        _publish = publish;
        _progress = progress;
        _prober = new Prober(services.Logs, services.Time);
        _snapshot = new ReplicaSnapshot { Index = id.Replica, State = WorkloadState.Stopped, Reason = "stopped", Health = RestingHealth };
        _loop = RunAsync();
    }

    private IRuntimeDriver? Driver => _services.Drivers.GetValueOrDefault(_spec.Runtime.Kind);

    private Health RestingHealth => _spec.Health is null ? Health.None : Health.Starting;

    /// <summary>It shall run, by this spec from the next start on.</summary>
    public Task WantAsync(WorkloadSpec spec, CancellationToken ct) => TellAsync(new Command(Trigger.Want, spec), ct);

    /// <summary>It shall end and run again by this spec.</summary>
    public Task RenewAsync(WorkloadSpec spec, CancellationToken ct) => TellAsync(new Command(Trigger.Renew, spec), ct);

    /// <summary>It shall not run.</summary>
    public Task UnwantAsync(CancellationToken ct) => TellAsync(new Command(Trigger.Unwant, null), ct);

    /// <summary>The rules change and nothing is started or stopped.</summary>
    public Task UpdateAsync(WorkloadSpec spec, CancellationToken ct) => TellAsync(new Update(spec), ct);

    /// <summary>Takes over what an earlier daemon started, as running or as ended.</summary>
    public Task AdoptAsync(IInstance instance, CancellationToken ct) => TellAsync(new Adoption(instance), ct);

    /// <summary>Takes over that a task had completed before.</summary>
    public Task AdoptCompletedAsync(CancellationToken ct) => TellAsync(new Completion(), ct);

    /// <summary>It cannot run, for a reason that lies outside of it: it has failed until somebody wants it again, or the reason is gone.</summary>
    public Task RefuseAsync(WorkloadSpec spec, Fault fault, CancellationToken ct) => TellAsync(new Refusal(spec, fault), ct);

    /// <summary>It cannot run for another reason now, if it was refused and nobody has stopped it since.</summary>
    public Task RefuseStillAsync(Fault fault, CancellationToken ct) => TellAsync(new FurtherRefusal(fault), ct);

    /// <summary>The reason to refuse it is gone: it starts by this spec, if it was refused and nobody has stopped it since.</summary>
    public Task AdmitAsync(WorkloadSpec spec, CancellationToken ct) => TellAsync(new Admission(spec), ct);

    /// <summary>Runs a command in what runs now.</summary>
    /// <exception cref="WorkloadException">Nothing runs, or the command cannot be started.</exception>
    public async Task<Execution> ExecAsync(ExecRequest request, CancellationToken ct)
    {
        var answer = new TaskCompletionSource<(IInstance Instance, WorkloadSpec Spec)?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(new Question(answer), ct);
        var (instance, spec) = await answer.Task.WaitAsync(ct)
            ?? throw new WorkloadException(new Fault("not-running", $"{_id.Workload} does not run", $"gantry start {_id.Workload}"));
        return await instance.ExecAsync(spec, request, ct);
    }

    /// <summary>Asks what runs now where it listens at all; null where nothing runs.</summary>
    public async Task<Listening?> FindListenersAsync(CancellationToken ct)
    {
        var answer = new TaskCompletionSource<(IInstance Instance, WorkloadSpec Spec)?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(new Question(answer), ct);
        return await answer.Task.WaitAsync(ct) is var (instance, _) ? await instance.FindListenersAsync(others: true, ct) : null;
    }

    /// <summary>Lets go: what runs runs on. To end it, <see cref="UnwantAsync"/> first and wait.</summary>
    public async ValueTask DisposeAsync()
    {
        await _letGo.CancelAsync();
        await _loop;
    }

    /// <summary>Returns once the message is taken and its first effect published, so that whoever sent it sees it.</summary>
    private async Task TellAsync(Message message, CancellationToken ct)
    {
        await SendAsync(message, ct);
        await message.Taken.Task.WaitAsync(ct);
    }

    /// <summary>One that is let go answers at once.</summary>
    private async ValueTask SendAsync(Message message, CancellationToken ct)
    {
        try
        {
            await _mailbox.Writer.WriteAsync(message, ct);
        }
        catch (ChannelClosedException)
        {
            Return(message);
        }
    }

    /// <summary>Nobody is there to take it any more, and nobody shall wait for that.</summary>
    private static void Return(Message message)
    {
        message.Taken.TrySetResult();
        (message as Question)?.Answer.TrySetResult(null);
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        Publish(_snapshot);
        try
        {
            await foreach (var message in _mailbox.Reader.ReadAllAsync(_letGo.Token))
            {
                await TakeOrGiveUpAsync(message);
                message.Taken.TrySetResult();
            }
        }
        catch (OperationCanceledException) when (_letGo.IsCancellationRequested)
        {
            // Let go: see DisposeAsync.
        }

        _mailbox.Writer.TryComplete();
        while (_mailbox.Reader.TryRead(out var left))
        {
            Return(left);
        }

        await LeaveAsync();
        if (_instance is not null)
        {
            await _instance.DisposeAsync();
        }

        _leaving.Dispose();
    }

    /// <summary>Whatever happens, the loop goes on: one that ended would leave its callers waiting for ever.</summary>
    private async Task TakeOrGiveUpAsync(Message message)
    {
        try
        {
            await TakeAsync(message);
        }
        catch (Exception e)
        {
            Log.Unexpected(_services.Logger, e, _id);
            await GiveUpAsync(new Fault("unexpected", $"unexpected error: {e.Message}", "gantry daemon logs"));
        }
    }

    /// <summary>It has failed: at once, or once what runs has been ended.</summary>
    private async Task GiveUpAsync(Fault fault)
    {
        try
        {
            if (_instance is null)
            {
                await EnterAsync(WorkloadState.Failed, _snapshot with { Fault = fault });
                return;
            }

            (_renewing, _toFail) = (false, fault);
            if (_snapshot.State != WorkloadState.Stopping)
            {
                await EnterAsync(WorkloadState.Stopping, _snapshot);
            }
        }
        catch (Exception e)
        {
            // Its state stands as it was published; whoever asks next begins anew from there.
            Log.Unexpected(_services.Logger, e, _id);
        }
    }

    private async Task TakeAsync(Message message)
    {
        switch (message)
        {
            case Command command:
                await ObeyAsync(command);
                break;
            case Update update:
                await UpdateAsync(update.Spec);
                break;
            case Adoption adoption:
                await AdoptAsync(adoption.Instance);
                break;
            case Completion:
                await EnterAsync(WorkloadState.Completed, _snapshot with { Exit = new ExitStatus(0) });
                break;
            case Refusal refusal:
                _spec = refusal.Spec;
                await RefuseAsync(refusal.Fault);
                break;
            case FurtherRefusal refusal when _isRefused:
                await RefuseAsync(refusal.Fault);
                break;
            case Admission admission when _isRefused:
                await ObeyAsync(new Command(Trigger.Want, admission.Spec));
                break;
            case Question question:
                question.Answer.TrySetResult(_instance is { Exited.IsCompleted: false } instance ? (instance, _spec) : null);
                break;
            case Report report when report.Epoch == _epoch:
                await TakeReportAsync(report);
                break;
        }
    }

    private async Task ObeyAsync(Command command)
    {
        _spec = command.Spec ?? _spec;
        (_isRefused, _toFail) = (false, null);
        if (command.Trigger is Trigger.Want or Trigger.Renew)
        {
            // Somebody asked: whatever went wrong before, counting begins anew.
            _attempts = 0;
            _renewing = _snapshot.State == WorkloadState.Stopping
                || (command.Trigger == Trigger.Renew && _snapshot.State is WorkloadState.Starting or WorkloadState.Running);
        }
        else
        {
            _renewing = false;
        }

        var next = Lifecycle.Next(_snapshot.State, command.Trigger);
        if (next != _snapshot.State)
        {
            await EnterAsync(next, _snapshot with { Restarts = 0, Fault = null });
        }
        else if (command.Trigger is Trigger.Want or Trigger.Renew && _snapshot.State is WorkloadState.Waiting)
        {
            // It may wait for something else by the new spec.
            await EnterAsync(next, _snapshot);
        }
        else if (_snapshot.Renewing != _renewing)
        {
            Publish(_snapshot with { Renewing = _renewing });
        }
    }

    /// <summary>What is just ending has failed once it has ended.</summary>
    private async Task RefuseAsync(Fault fault)
    {
        _isRefused = true;
        if (_snapshot.State == WorkloadState.Stopping)
        {
            (_renewing, _toFail) = (false, fault);
            Publish(_snapshot with { Renewing = false });
            return;
        }

        await EnterAsync(WorkloadState.Failed, _snapshot with { Fault = fault });
    }

    /// <summary>
    /// Another health test is begun at once, and other dependencies are waited for; all else is looked up when it is needed.
    /// What is ready stays so until the other test has found something; a first test is waited for.
    /// </summary>
    private async Task UpdateAsync(WorkloadSpec spec)
    {
        var before = _spec;
        _spec = spec;
        var begins = _snapshot.State switch
        {
            WorkloadState.Running => !SpecChanges.AreEqual(before.Health, spec.Health),
            WorkloadState.Waiting => !before.DependsOn.SequenceEqual(spec.DependsOn),
            _ => false,
        };
        if (begins)
        {
            var isFirst = before.Health is null;
            await EnterAsync(_snapshot.State, _snapshot with { Health = isFirst || spec.Health is null ? RestingHealth : _snapshot.Health, Ready = _snapshot.Ready && !isFirst });
        }
    }

    private async Task AdoptAsync(IInstance instance)
    {
        _instance = instance;
        Log.Adopted(_services.Logger, _id, instance.Pid);
        await EnterAsync(WorkloadState.Running, Begun(instance) with { Restarts = _snapshot.Restarts });
    }

    private void Publish(ReplicaSnapshot snapshot)
    {
        _snapshot = snapshot;
        _publish(snapshot with { Reason = WithLastEnd(snapshot) });
    }

    /// <summary>What starts again and again is never seen for long in any state: whoever looks is told how it ended before, whatever it does just now.</summary>
    private static string WithLastEnd(ReplicaSnapshot snapshot) =>
        snapshot is { Ready: false, Restarts: > 0, Fault: { } fault, State: WorkloadState.Waiting or WorkloadState.Preparing or WorkloadState.Starting or WorkloadState.Running }
            ? string.Create(CultureInfo.InvariantCulture, $"{snapshot.Reason} (restart {snapshot.Restarts}: {fault.Message})")
            : snapshot.Reason;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Instance} adopted, pid {Pid}")]
        public static partial void Adopted(ILogger logger, InstanceId instance, int? pid);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Instance} {State}: {Reason}")]
        public static partial void Entered(ILogger logger, InstanceId instance, WorkloadState state, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Instance} {Exit}, attempt {Attempt}")]
        public static partial void Failed(ILogger logger, InstanceId instance, string exit, int attempt);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Instance}: unexpected error")]
        public static partial void Unexpected(ILogger logger, Exception exception, InstanceId instance);
    }
}
