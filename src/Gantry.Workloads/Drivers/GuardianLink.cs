using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Logs;
using Gantry.Workloads.Native;
using Microsoft.Extensions.Logging;

namespace Gantry.Workloads.Drivers;

/// <summary>How a guardian is started, and what it is told.</summary>
public sealed record GuardianOptions
{
    /// <summary>The environment's variable that says <c>off</c> where control groups are not to be used.</summary>
    public const string CgroupsVariable = "GANTRY_CGROUPS";

    /// <summary>The command that becomes the guardian of the home named by its last argument.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Whether control groups are used where the host has them.</summary>
    public bool UseCgroups { get; init; } = true;

    public LogRotation LogRotation { get; init; } = LogRotation.Default;
}

/// <summary>
/// Keeps a guardian at hand: connects to the one that runs, starts one where there is none, and when one dies ends what
/// it left before anybody hears of it.
/// </summary>
internal sealed partial class GuardianLink(HomeFolder home, GuardianOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _connecting = new(1);
    private readonly ConcurrentDictionary<string, ProcessInstance> _instances = new();
    private GuardianClient? _client;
    private Task _watching = Task.CompletedTask;
    private bool _swept;
    private bool _disposed;

    /// <summary>The guardian's pid while one is connected.</summary>
    public int? Pid => _client?.Pid;

    /// <summary>What that guardian can limit.</summary>
    public HostLimits? Limits => _client?.Limits;

    public GuardianOptions Options => options;

    /// <summary>Has the instance told of what happens to its process.</summary>
    public void Register(ProcessInstance instance) => _instances[instance.Id.ToString()] = instance;

    /// <summary>The instance that is told already, if any.</summary>
    public ProcessInstance? Find(string key) => _instances.GetValueOrDefault(key);

    public void Unregister(ProcessInstance instance) =>
        _instances.TryRemove(new KeyValuePair<string, ProcessInstance>(instance.Id.ToString(), instance));

    /// <summary>The guardian's connection; starts a guardian where <paramref name="start"/> allows it, else null where none runs.</summary>
    public async Task<GuardianClient?> GetAsync(bool start, CancellationToken ct)
    {
        if (_client is { Lost.IsCompleted: false } client)
        {
            return client;
        }

        await _connecting.WaitAsync(ct);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_client is { Lost.IsCompleted: false } present)
            {
                return present;
            }

            // The watcher of the lost one sweeps before the next may start anything.
            await _watching.WaitAsync(ct);

            var found = await GuardianClient.ConnectAsync(home, OnMessage, ct);
            if (found is null)
            {
                await SweepOnceAsync(ct);
                found = start ? await StartAsync(ct) : null;
            }

            if (found is not null)
            {
                _client = found;
                _watching = WatchAsync(found);
            }

            return found;
        }
        finally
        {
            _connecting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        await _watching;
        _connecting.Dispose();
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

    private async Task<GuardianClient> StartAsync(CancellationToken ct)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new WorkloadException(new Fault("platform", "processes run under Gantry on Linux only", "run Gantry in a Linux machine or container"));
        }

        var pid = Spawn();
        var since = time.GetTimestamp();
        while (true)
        {
            if (await GuardianClient.ConnectAsync(home, OnMessage, ct) is { } client)
            {
                Log.GuardianStarted(logger, client.Pid);
                return client;
            }

            if (Libc.WaitPid(pid, out _, Libc.WNOHANG) == pid || time.GetElapsedTime(since) > StartPatience)
            {
                throw new WorkloadException(new Fault("guardian-failed", $"the guardian did not start; {home.GuardianLog} says why", "gantry doctor"));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), time, ct);
        }
    }

    [SupportedOSPlatform("linux")]
    private int Spawn()
    {
        using var log = AppendingFile.Open(home.GuardianLog);
        var fd = (int)log.DangerousGetHandle();
        var pid = ProcessStarter.Start(new ProcessStart
        {
            Path = options.Command[0],
            Arguments = [.. options.Command, home.Path],
            Environment = GuardianEnvironment(),
            WorkingDirectory = "/",
            Stdout = fd,
            Stderr = fd,
        });
        return pid > 0
            ? pid
            : throw new WorkloadException(new Fault("guardian-failed", $"cannot start the guardian: {Libc.Describe(-pid)}", "gantry doctor"));
    }

    /// <summary>Only what the runtime needs, and a small heap: the guardian's children get an environment of their own.</summary>
    private Dictionary<string, string> GuardianEnvironment()
    {
        var environment = new Dictionary<string, string>
        {
            ["DOTNET_GCHeapHardLimit"] = "0x8000000",
            ["DOTNET_gcConcurrent"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            [GuardianOptions.CgroupsVariable] = options.UseCgroups ? "auto" : "off",
        };
        foreach (var name in (string[])["PATH", "HOME", "LANG", "DOTNET_ROOT"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment[name] = value;
            }
        }

        return environment;
    }

    private void OnMessage(GuardianMessage message)
    {
        switch (message)
        {
            case ExitedEvent exited when _instances.TryGetValue(exited.Key, out var instance):
                instance.OnExited(exited.Exit);
                break;
            case NotifiedEvent notified when _instances.TryGetValue(notified.Key, out var instance):
                instance.OnNotified();
                break;
        }
    }

    private async Task WatchAsync(GuardianClient client)
    {
        await client.Lost;
        if (_disposed)
        {
            return;
        }

        Log.GuardianLost(logger, client.Pid);
        _ = Libc.WaitPid(client.Pid, out _, Libc.WNOHANG);
        try
        {
            Tell(await Sweeper.SweepAsync(home, options.UseCgroups, time, CancellationToken.None));
        }
        catch (Exception e)
        {
            // Whatever kept it from looking, the next guardian must be started, and every instance hear of its loss.
            Log.SweepFailed(logger, e);
        }

        await client.DisposeAsync();
        foreach (var instance in _instances.Values)
        {
            instance.OnExited(ExitStatus.WasLost);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Guardian started, pid {Pid}")]
        public static partial void GuardianStarted(ILogger logger, int pid);

        [LoggerMessage(Level = LogLevel.Error, Message = "Guardian {Pid} is gone; ending what it left")]
        public static partial void GuardianLost(ILogger logger, int pid);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Ended {Count} processes that no guardian kept")]
        public static partial void Swept(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Error, Message = "Still there after SIGKILL, and of no guardian: {Processes}")]
        public static partial void NotSwept(ILogger logger, string processes);

        [LoggerMessage(Level = LogLevel.Error, Message = "What the guardian left cannot be ended")]
        public static partial void SweepFailed(ILogger logger, Exception exception);
    }
}
