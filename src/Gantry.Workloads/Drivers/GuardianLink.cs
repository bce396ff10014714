using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Native;
using Microsoft.Extensions.Logging;

namespace Gantry.Workloads.Drivers;

/// <summary>
/// Keeps a guardian at hand: connects to the one that runs, starts one where there is none, and when one dies ends what
/// it left before anybody hears of it. Its lock tells whether it has: a connection may end while its guardian lives.
/// </summary>
internal sealed partial class GuardianLink(HomeFolder home, GuardianOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);

    private readonly SemaphoreSlim _connecting = new(1);
    private readonly CancellationTokenSource _ending = new();
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

    /// <summary>Has the instance told of what happens to its process, in the place of any other of its name.</summary>
    public void Register(ProcessInstance instance) => _instances[instance.Id.ToString()] = instance;

    /// <summary>The same for one that runs already. Where there is one of its name that is the newer one, and stays.</summary>
    /// <returns>The one that is told.</returns>
    public ProcessInstance Adopt(ProcessInstance instance) => _instances.GetOrAdd(instance.Id.ToString(), instance);

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
            if (await WaitForWatcherAsync(ct) is { } present)
            {
                return present;
            }

            var found = await ReachAsync(ct);
            if (found is null)
            {
                await SweepOnceAsync(ct);
                found = start ? await StartAsync(ct) : null;
            }

            if (found is not null)
            {
                Take(found);
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
        if (!_disposed)
        {
            _disposed = true;
            await _ending.CancelAsync();
        }

        await WaitForWatcherAsync(CancellationToken.None);
        _ending.Dispose();
        _connecting.Dispose();
    }

    /// <summary>Connects to the guardian that runs. While its lock is held it is there: one that only begins, ends or is short of something is waited for.</summary>
    /// <returns>Null where none runs.</returns>
    private async Task<GuardianClient?> ReachAsync(CancellationToken ct)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                if (await GuardianClient.ConnectAsync(home, OnMessage, ct) is { } client)
                {
                    return client;
                }
            }
            catch (WorkloadException e) when (e.Fault.Code == GuardianClient.LostCode)
            {
                // It hung up instead of a greeting; the lock tells what that means.
            }

            if (!AdvisoryLock.IsHeld(home.GuardianLock))
            {
                return null;
            }

            if (time.GetElapsedTime(since) > StartPatience)
            {
                throw new WorkloadException(new Fault("guardian-silent", $"a guardian holds {home.GuardianLock} and cannot be reached at {home.GuardianSocket}; {home.GuardianLog} may say why", "gantry doctor"));
            }

            await Task.Delay(LookEvery, time, ct);
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
            if (await ReachAsync(ct) is { } client)
            {
                Log.GuardianStarted(logger, client.Pid);
                return client;
            }

            var isOver = Libc.WaitPid(pid, out var status, Libc.WNOHANG) == pid;
            if ((isOver && WaitStatus.Code(status) != 0) || time.GetElapsedTime(since) > StartPatience)
            {
                throw new WorkloadException(new Fault("guardian-failed", $"the guardian did not start; {home.GuardianLog} says why", "gantry doctor"));
            }

            if (isOver)
            {
                // It found the lock held, by one that was just leaving and has left by now.
                pid = Spawn();
            }

            await Task.Delay(LookEvery, time, ct);
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
            ["DOTNET_EnableDiagnostics"] = "0",
            [GuardianOptions.CgroupsVariable] = options.UseCgroups ? "auto" : "off",
        };
        foreach (var name in (string[])["PATH", "HOME", "LANG", "DOTNET_ROOT", "DOTNET_EnableDiagnostics"])
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

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Guardian started, pid {Pid}")]
        public static partial void GuardianStarted(ILogger logger, int pid);

        [LoggerMessage(Level = LogLevel.Error, Message = "Guardian {Pid} is gone; ending what it left")]
        public static partial void GuardianLost(ILogger logger, int pid);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to guardian {Pid} had ended, and is made anew; nothing is lost")]
        public static partial void GuardianReached(ILogger logger, int pid);

        [LoggerMessage(Level = LogLevel.Error, Message = "The connection to the guardian met an error that nobody foresaw")]
        public static partial void ConnectionFailed(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Ended {Count} processes that no guardian kept")]
        public static partial void Swept(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Error, Message = "Still there after SIGKILL, and of no guardian: {Processes}")]
        public static partial void NotSwept(ILogger logger, string processes);

        [LoggerMessage(Level = LogLevel.Error, Message = "What the guardian left cannot be ended")]
        public static partial void SweepFailed(ILogger logger, Exception exception);
    }
}
