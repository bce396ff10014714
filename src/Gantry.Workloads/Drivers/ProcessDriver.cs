using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Gantry.Workloads.Addresses;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Logs;
using Gantry.Workloads.Native;
using Microsoft.Extensions.Logging;

namespace Gantry.Workloads.Drivers;

/// <summary>Runs workloads as local processes, all of them under the home's guardian.</summary>
public sealed class ProcessDriver : IRuntimeDriver
{
    private readonly HomeFolder _home;
    private readonly PortLeases _ports;
    private readonly GuardianLink _guardian;
    private readonly TimeProvider _time;

    public ProcessDriver(HomeFolder home, PortLeases ports, GuardianOptions options, TimeProvider time, ILogger<ProcessDriver> logger)
    {
        _home = home;
        _ports = ports;
        _time = time;
        _guardian = new GuardianLink(home, options, time, logger);
    }

    public RuntimeKind Kind => RuntimeKind.Process;

    /// <summary>The guardian's pid while one is connected.</summary>
    public int? GuardianPid => _guardian.Pid;

    /// <summary>What the guardian found that it can limit; null while none is connected.</summary>
    public HostLimits? GuardianLimits => _guardian.Limits;

    public async Task<ImmutableArray<Fault>> CheckAsync(WorkloadSpec spec, CancellationToken ct)
    {
        var runtime = (ProcessRuntime)spec.Runtime;
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (runtime.User is { } name && CheckUser(name) is { } fault)
        {
            faults.Add(fault);
        }

        faults.AddRange(Launch.Missing(ProcessEnvironment.UserOf(runtime) is not null, spec.Limits.OpenFiles is not null)
            .Select(tool => new Fault("tool-missing", $"{tool} is not installed", "install the package util-linux")));
        if (spec.Limits is not { Memory: null, Cpus: null, Pids: null })
        {
            faults.AddRange(await CheckLimitsAsync(spec.Limits, ct));
        }

        return faults.ToImmutable();
    }

    public Task PrepareAsync(WorkloadSpec spec, IProgress<string> progress, CancellationToken ct)
    {
        var runtime = (ProcessRuntime)spec.Runtime;
        _ = ProgramFile.Find(runtime.Command[0], runtime.WorkingDirectory, PathOf(spec));
        return Task.CompletedTask;
    }

    public async Task<IInstance> StartAsync(WorkloadSpec spec, InstanceId id, CancellationToken ct)
    {
        var runtime = (ProcessRuntime)spec.Runtime;
        var program = ProgramFile.Find(runtime.Command[0], runtime.WorkingDirectory, PathOf(spec));
        var guardian = (await _guardian.GetAsync(start: true, ct))!;
        var port = spec.Listens ? TakePort(spec, id) : null;
        var notify = ProcessEnvironment.NotifyAddress(_home, spec, id);
        var tag = new InstanceTag(SpecHash.Of(spec), port, LogCursor.AtEnd(_home.LogsOf(id)), notify);
        var order = new StartOrder
        {
            Key = id.ToString(),
            Lifetime = spec.Lifetime,
            Path = program,
            Arguments = runtime.Command,
            Environment = ProcessEnvironment.For(_home, spec, id, port, notify),
            WorkingDirectory = runtime.WorkingDirectory,
            User = ProcessEnvironment.UserOf(runtime),
            Limits = spec.Limits,
            StopSignal = Signals.Number(spec.Stop.Signal) ?? Signals.Terminate,
            StopGrace = spec.Stop.Grace,
            LogFolder = _home.LogsOf(id),
            LogRotation = _guardian.Options.LogRotation,
            NotifySocket = notify,
            Tag = JsonSerializer.Serialize(tag, WorkloadsJson.Default.InstanceTag),
        };

        // Registered first: a process may end before the reply has been read. And not cancellable from here on, so that
        // nothing is started that nobody has a handle on.
        var instance = new ProcessInstance(_home, _guardian, _ports, id, tag, _time);
        _guardian.Register(instance);
        try
        {
            var started = await guardian.AskAsync<StartReply>(order, CancellationToken.None);
            instance.OnStarted(started.Pid, started.StartedAt);
        }
        catch (WorkloadException e)
        {
            try
            {
                if (e.Fault.Code == GuardianClient.LostCode)
                {
                    // Nobody can tell whether it was started: a guardian that lives is asked to end it, so that it can be.
                    await instance.StopUnheardAsync(CancellationToken.None);
                }
            }
            finally
            {
                instance.Forget();
            }

            if (e.Fault.Code == GuardianProtocol.LeavingCode)
            {
                // Nothing was started, and there is no other guardian before this one has gone.
                await guardian.Lost.WaitAsync(ct);
                throw guardian.IsLost(e);
            }

            throw;
        }

        return instance;
    }

    public async Task<ImmutableArray<IInstance>> ObserveAsync(CancellationToken ct)
    {
        if (await _guardian.GetAsync(start: false, ct) is not { } guardian)
        {
            return [];
        }

        var list = await guardian.AskAsync<ListReply>(new ListOrder(), ct);
        return [.. list.Processes.Select(Adopt)];
    }

    public ValueTask DisposeAsync() => _guardian.DisposeAsync();

    private ProcessInstance Adopt(GuardedState state)
    {
        if (_guardian.Find(state.Key) is { } known)
        {
            return known;
        }

        var tag = JsonSerializer.Deserialize(state.Tag, WorkloadsJson.Default.InstanceTag)!;
        var instance = new ProcessInstance(_home, _guardian, _ports, InstanceId.Parse(state.Key)!, tag, _time);
        instance.OnStarted(state.Pid, state.StartedAt);
        if (_guardian.Adopt(instance) is var told && told != instance)
        {
            // Started since the guardian was asked.
            return told;
        }

        if (tag.Port is { } port)
        {
            _ports.TryHold(instance.Mark, port);
        }

        instance.OnSaid(state.Said);
        if (state.Notified)
        {
            instance.OnNotified();
        }

        if (state.Exit is { } exit)
        {
            instance.OnExited(exit);
        }

        return instance;
    }

    /// <summary>The port the replica is to listen on: its own fixed one, where nobody else is, or one that is leased for it.</summary>
    private int? TakePort(WorkloadSpec spec, InstanceId id)
    {
        if (spec.TargetPort is not { } port)
        {
            // Given back at its end, and looked for from the same place: a replica that starts again keeps its port if it can.
            return _ports.TakeFor(ProcessInstance.MarkOf(_home, id))
                ?? throw new WorkloadException(new Fault("out-of-ports", "no port is free in Gantry's range", "widen [ports] range in gantryd.toml, or end what holds them"));
        }

        return ListenTable.Read().FirstOrDefault(listener => listener.Port == port) is { } holder
            ? throw new WorkloadException(new Fault(
                "port-in-use",
                string.Create(CultureInfo.InvariantCulture, $"port {port} is already in use by {ListenTable.Describe(holder)}"),
                "end that program, or choose another target_port"))
            : port;
    }

    private static Fault? CheckUser(string name)
    {
        if (Users.Find(name) is not { } user)
        {
            return new Fault("unknown-user", $"user {name}: this host has no such user", "create it, or correct the name");
        }

        return user.Id != Users.Own && Users.Own != 0
            ? new Fault("user-needs-root", $"user {name}: only root can start processes as another user", "remove user, or run the daemon as root")
            : null;
    }

    private async Task<IEnumerable<Fault>> CheckLimitsAsync(Limits limits, CancellationToken ct)
    {
        var guardian = (await _guardian.GetAsync(start: true, ct))!;
        return guardian.Limits.Missing
            .Where(missing => missing.Limit switch { "memory" => limits.Memory is not null, "cpus" => limits.Cpus is not null, _ => limits.Pids is not null })
            .Select(missing => new Fault(
                "limit-unenforceable",
                $"limits.{missing.Limit} cannot be enforced here: {missing.Reason}",
                $"remove the limit, or {guardian.Limits.Remedy ?? "run the daemon where it can: as root, or in a delegated systemd scope"}"));
    }

    private static string? PathOf(WorkloadSpec spec) =>
        spec.Env.TryGetValue("PATH", out var path) ? path : spec.InheritedEnv.GetValueOrDefault("PATH");
}
