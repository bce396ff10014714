using Gantry.Workloads.Addresses;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Logs;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Drivers;

/// <summary>A replica that runs as a local process under the guardian.</summary>
internal sealed class ProcessInstance : IInstance
{
    /// <summary>Naming a stranger takes a look at every descriptor of the host, and it is asked for many times a second.</summary>
    private static readonly TimeSpan LookAtStrangerEvery = TimeSpan.FromSeconds(1);

    private readonly HomeFolder _home;
    private readonly GuardianLink _guardian;
    private readonly PortLeases _ports;
    private readonly TimeProvider _time;
    private readonly string? _notify;
    private readonly TaskCompletionSource<ExitStatus> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _notified = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pid;

    /// <summary>Who was found to hold the wanted port last, by which socket, and when that was looked at.</summary>
    private (ulong Inode, string Name, long At)? _stranger;

    public ProcessInstance(HomeFolder home, GuardianLink guardian, PortLeases ports, InstanceId id, InstanceTag tag, TimeProvider time)
    {
        _home = home;
        _guardian = guardian;
        _ports = ports;
        _time = time;
        Id = id;
        Hash = tag.Hash;
        Port = tag.Port;
        Output = tag.Output;
        _notify = tag.Notify;
        StartedAt = time.GetUtcNow();
    }

    public InstanceId Id { get; }

    /// <summary>What its processes carry in their environment, and what its port is leased to. See <see cref="InstanceId.MarkVariable"/>.</summary>
    public string Mark => MarkOf(_home, Id);

    public string Hash { get; }

    public DateTimeOffset StartedAt { get; private set; }

    public int? Pid => Exited.IsCompleted ? null : _pid;

    public string? Container => null;

    public int? Port { get; }

    public LogCursor Output { get; }

    public Task<ExitStatus> Exited => _exited.Task;

    public Task Notified => _notified.Task;

    public string? Said { get; private set; }

    public static string MarkOf(HomeFolder home, InstanceId id) => $"{home.Id}/{id}";

    public void OnStarted(int pid, DateTimeOffset at) => (_pid, StartedAt) = (pid, at);

    public void OnExited(ExitStatus exit) => _exited.TrySetResult(exit);

    public void OnNotified() => _notified.TrySetResult();

    public void OnSaid(string? pattern) => Said = pattern;

    public Task KeepSaidAsync(string pattern, CancellationToken ct)
    {
        OnSaid(pattern);
        return TellAsync(new RemarkOrder(Id.ToString(), $"ready: its output matches {pattern}") { Said = pattern }, ct);
    }

    public Task<Listening> FindListenersAsync(bool others, CancellationToken ct)
    {
        var all = ListenTable.Read();
        var wanted = all.Where(listener => listener.Port == Port).ToList();
        if (wanted.Count == 0 && !others)
        {
            // The usual case while it starts: nothing on the port, and no need to look through anybody's descriptors.
            return Task.FromResult(new Listening(null, [], null));
        }

        if (!others && _stranger is { } known && wanted.All(listener => listener.Inode == known.Inode) && _time.GetElapsedTime(known.At) < LookAtStrangerEvery)
        {
            return Task.FromResult(new Listening(null, [], known.Name));
        }

        var mark = Mark;
        var family = new ProcessFamily().Members(_pid, [], found => found == mark).Select(member => member.Pid).ToList();
        var own = (others ? all : wanted).Where(listener => ListenTable.OwnerOf(listener.Inode, family) is not null).ToList();
        var endpoint = own.Where(listener => listener.Port == Port).Select(listener => listener.Reachable).FirstOrDefault();
        var rest = own.Where(listener => listener.Port != Port).Select(listener => listener.Reachable).Distinct();
        var stranger = endpoint is null && wanted.Count > 0 ? ListenTable.Describe(wanted[0]) : null;
        _stranger = stranger is null ? null : (wanted[0].Inode, stranger, _time.GetTimestamp());
        return Task.FromResult(new Listening(endpoint, [.. rest], stranger));
    }

    public async Task<Execution> ExecAsync(WorkloadSpec spec, ExecRequest request, CancellationToken ct)
    {
        var guardian = await _guardian.GetAsync(start: false, ct);
        if (guardian is null || Exited.IsCompleted)
        {
            throw new WorkloadException(new Fault("not-running", $"{spec.Name} does not run", $"gantry start {spec.Name}"));
        }

        var runtime = (ProcessRuntime)spec.Runtime;
        var environment = ProcessEnvironment.For(_home, spec, Id, Port, _notify).SetItems(request.Environment);
        var program = ProgramFile.Find(request.Command[0], runtime.WorkingDirectory, environment.GetValueOrDefault("PATH"));
        return await guardian.ExecAsync(
            new ExecOrder
            {
                Key = Id.ToString(),
                Path = program,
                Arguments = request.Command,
                Environment = environment,
                WorkingDirectory = runtime.WorkingDirectory,
                User = ProcessEnvironment.UserOf(runtime),
                OpenFiles = spec.Limits.OpenFiles,
                Terminal = request.Terminal,
                Rows = request.Rows,
                Columns = request.Columns,
            },
            ct);
    }

    public async Task StopAsync(StopPolicy policy, CancellationToken ct)
    {
        await TellAsync(new StopOrder(Id.ToString(), Signals.Number(policy.Signal) ?? Signals.Terminate, policy.Grace), ct);
        await Exited.WaitAsync(ct);
    }

    public async Task RemoveAsync(CancellationToken ct)
    {
        await TellAsync(new ForgetOrder(Id.ToString()), ct);
        Forget();
    }

    /// <summary>Ends and forgets what may have been started by an order whose answer was lost.</summary>
    public async Task StopUnheardAsync(CancellationToken ct)
    {
        await TellAsync(new StopOrder(Id.ToString(), Signals.Kill, TimeSpan.Zero), ct);
        await TellAsync(new ForgetOrder(Id.ToString()), ct);
    }

    /// <summary>It is not there, or any more: nobody is told of it, and its port is free.</summary>
    public void Forget()
    {
        _guardian.Unregister(this);
        _ports.Release(Mark);
    }

    /// <summary>
    /// Where the guardian is gone, so is the process, or about to be: its link sweeps and completes <see cref="Exited"/>.
    /// One that only lost its connection is told again, as it may not have heard.
    /// </summary>
    private async Task TellAsync(GuardianOrder order, CancellationToken ct)
    {
        int? told = null;
        while (await _guardian.GetAsync(start: false, ct) is { } guardian && (told is null || told == guardian.Pid))
        {
            try
            {
                await guardian.AskAsync<DoneReply>(order, ct);
                return;
            }
            catch (WorkloadException e) when (e.Fault.Code == GuardianClient.LostCode)
            {
                told = guardian.Pid;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _guardian.Unregister(this);
        return ValueTask.CompletedTask;
    }
}
