using System.Collections.Immutable;
using Gantry.Daemon.Workspaces;
using Gantry.Workloads;
using Gantry.Workloads.Addresses;
using Gantry.Workloads.Drivers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static Gantry.Tests.Edge.Samples;

namespace Gantry.Tests.Workspaces;

/// <summary>What is told of a workspace that is all but gone: nothing of it is on the board, and it is not forgotten yet.</summary>
public sealed class VanishingTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gantry-vanishing-");
    private readonly SlowDriver _driver = new();
    private WorkloadManager _manager = null!;
    private WorkspaceSpec _workspace = null!;
    private Task _removal = Task.CompletedTask;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var home = HomeFolder.Open(Path.Combine(_folder.FullName, "home"));
        var ports = new PortRegistry(home, new PortLeases(PortLeases.DefaultFirst, PortLeases.DefaultLast));
        _manager = new WorkloadManager(home, [_driver], ports, TimeProvider.System, NullLogger<WorkloadManager>.Instance);
        _workspace = Workspace("shop", "shop.localhost", [Site("web", _folder.FullName)]);
        await _manager.ApplyAsync(_workspace, [], Ct);
        _driver.Hold();
        _removal = _manager.RemoveAsync(_workspace.Id, Ct);
        await _manager.Board.WaitAsync(() => !_manager.Board.Of(_workspace.Id).Any(), Ct);
    }

    public async ValueTask DisposeAsync()
    {
        _driver.Release();
        await _removal;
        await _manager.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Its_status_shows_what_is_being_taken_down()
    {
        var status = new StatusView(_manager, (_, _) => null);
        var web = Assert.Single(status.Of(_manager.Find(_workspace.Id)!).Services);
        Assert.Equal(("web", WorkloadState.Stopping, false), (web.Name, web.State, web.Ready));
        Assert.Equal((1, 0), Assert.Single(status.All()) is var summary ? (summary.Services, summary.Ready) : default);
    }

    [Fact]
    public async Task Why_says_so_as_well()
    {
        var (spec, web) = new WorkspaceFinder(_manager).Find(_workspace.Id, "web");
        var report = await new WhyExplainer(_manager).ExplainAsync(spec, web, Ct);
        Assert.Equal(WhyExplainer.TakenDownCode, Assert.Single(report.Chain).Code);
        Assert.Equal("web is not ready: its workspace is being taken down", report.Summary);
    }

    [Fact]
    public async Task Who_waits_waits_until_it_is_gone()
    {
        var waiting = WaitEndpoint.WaitAsync(_workspace.Id, "web", "ready", null, new WorkspaceFinder(_manager), _manager, TimeProvider.System, Ct);
        Assert.False(waiting.IsCompleted);
        _driver.Release();
        await _removal;
        var answer = await waiting is { Result: Ok<WaitAnswer> given } ? given.Value : null;
        Assert.Equal(new WaitAnswer(false, "it was taken away", null), answer);
    }

    /// <summary>Sites whose runtime takes its time to say what it still has.</summary>
    private sealed class SlowDriver : IRuntimeDriver
    {
        private readonly SiteDriver _sites = new(TimeProvider.System);
        private TaskCompletionSource _held = new();

        public SlowDriver() => _held.SetResult();

        public RuntimeKind Kind => _sites.Kind;

        public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _held.TrySetResult();

        public Task<ImmutableArray<Fault>> CheckAsync(WorkloadSpec spec, CancellationToken ct) => _sites.CheckAsync(spec, ct);

        public Task PrepareAsync(WorkloadSpec spec, IProgress<string> progress, CancellationToken ct) => _sites.PrepareAsync(spec, progress, ct);

        public Task<IInstance> StartAsync(WorkloadSpec spec, InstanceId id, CancellationToken ct) => _sites.StartAsync(spec, id, ct);

        public async Task<ImmutableArray<IInstance>> ObserveAsync(CancellationToken ct)
        {
            await _held.Task.WaitAsync(ct);
            return await _sites.ObserveAsync(ct);
        }

        public ValueTask DisposeAsync() => _sites.DisposeAsync();
    }
}
