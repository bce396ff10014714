using System.Collections.Immutable;
using Gantry.Workloads.Logs;

namespace Gantry.Workloads.Drivers;

/// <summary>Sites need no process: the edge serves their files. Here they only get the same states as everything else.</summary>
public sealed class SiteDriver(TimeProvider time) : IRuntimeDriver
{
    public RuntimeKind Kind => RuntimeKind.Site;

    public Task<ImmutableArray<Fault>> CheckAsync(WorkloadSpec spec, CancellationToken ct) => Task.FromResult<ImmutableArray<Fault>>([]);

    public Task PrepareAsync(WorkloadSpec spec, IProgress<string> progress, CancellationToken ct)
    {
        var root = ((SiteRuntime)spec.Runtime).Root;
        return Directory.Exists(root)
            ? Task.CompletedTask
            : throw new WorkloadException(new Fault("site-missing", $"the site's folder {root} does not exist", "create it, or change site"));
    }

    public Task<IInstance> StartAsync(WorkloadSpec spec, InstanceId id, CancellationToken ct) =>
        Task.FromResult<IInstance>(new SiteInstance(id, SpecHash.Of(spec), time.GetUtcNow()));

    /// <summary>A site leaves nothing behind that the next daemon could find.</summary>
    public Task<ImmutableArray<IInstance>> ObserveAsync(CancellationToken ct) => Task.FromResult<ImmutableArray<IInstance>>([]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class SiteInstance(InstanceId id, string hash, DateTimeOffset startedAt) : IInstance
    {
        private readonly TaskCompletionSource<ExitStatus> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public InstanceId Id => id;

        public string Hash => hash;

        public DateTimeOffset StartedAt => startedAt;

        public int? Pid => null;

        public string? Container => null;

        public int? Port => null;

        public LogCursor Output => default;

        public Task<ExitStatus> Exited => _exited.Task;

        public Task Notified { get; } = new TaskCompletionSource().Task;

        public Task<Listening> FindListenersAsync(bool others, CancellationToken ct) => Task.FromResult(new Listening(null, [], null));

        public Task<Execution> ExecAsync(WorkloadSpec spec, ExecRequest request, CancellationToken ct) =>
            throw new WorkloadException(new Fault("nothing-to-exec-in", $"{id.Workload} is a site: there is no process to run a command beside"));

        public Task StopAsync(StopPolicy policy, CancellationToken ct)
        {
            _exited.TrySetResult(new ExitStatus(0));
            return Task.CompletedTask;
        }

        public Task RemoveAsync(CancellationToken ct) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
