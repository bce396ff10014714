using System.Threading.Channels;
using Gantry.Workloads;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Logs;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gantry.Tests.Workloads;

public sealed class WorkloadSupervisorTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("gantry-supervisor").FullName;
    private readonly Channel<ReplicaSnapshot> _published = Channel.CreateUnbounded<ReplicaSnapshot>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(WorkloadState.Waiting)]
    [InlineData(WorkloadState.Preparing)]
    [InlineData(WorkloadState.Starting)]
    [InlineData(WorkloadState.Running)]
    public async Task An_error_that_nobody_foresaw_is_a_failure_and_not_the_end_of_the_loop(WorkloadState state)
    {
        var spec = Site();
        var isDue = true;
        await using var supervisor = Supervise(spec, snapshot =>
        {
            if (isDue && snapshot.State == state)
            {
                isDue = false;
                throw new InvalidOperationException("who would have thought");
            }
        });
        await supervisor.WantAsync(spec, Ct).WaitAsync(Patience, Ct);
        Assert.Contains("who would have thought", (await UntilAsync(WorkloadState.Failed)).Reason, StringComparison.Ordinal);

        await supervisor.WantAsync(spec, Ct).WaitAsync(Patience, Ct);
        await UntilAsync(WorkloadState.Running);
        await supervisor.UnwantAsync(Ct).WaitAsync(Patience, Ct);
        await UntilAsync(WorkloadState.Stopped);
    }

    [Fact]
    public async Task One_that_is_let_go_twice_answers_all_the_same()
    {
        var spec = Site();
        var supervisor = Supervise(spec, _ => { });
        await supervisor.DisposeAsync();
        await supervisor.DisposeAsync();
        await supervisor.WantAsync(spec, Ct).WaitAsync(Patience, Ct);
    }

    private WorkloadSpec Site() => new()
    {
        Workspace = "w",
        Name = "site",
        Type = WorkloadType.Worker,
        Runtime = new SiteRuntime { Root = _folder },
        Restart = RestartPolicy.Never,
    };

    private WorkloadSupervisor Supervise(WorkloadSpec spec, Action<ReplicaSnapshot> publish)
    {
        var time = TimeProvider.System;
        var drivers = new Dictionary<RuntimeKind, IRuntimeDriver> { [RuntimeKind.Site] = new SiteDriver(time) };
        var logs = new LogStore(HomeFolder.Open(Path.Combine(_folder, "home")), time);
        var services = new SupervisorServices(drivers, new WorkloadBoard(time), logs, time, NullLogger.Instance, _ => null);
        return new WorkloadSupervisor(spec, new InstanceId("w", "site", 0), services, Publish, progress: null);

        void Publish(ReplicaSnapshot snapshot)
        {
            publish(snapshot);
            _published.Writer.TryWrite(snapshot);
        }
    }

    private async Task<ReplicaSnapshot> UntilAsync(WorkloadState state)
    {
        while (true)
        {
            var snapshot = await _published.Reader.ReadAsync(Ct).AsTask().WaitAsync(Patience, Ct);
            if (snapshot.State == state)
            {
                return snapshot;
            }
        }
    }
}
