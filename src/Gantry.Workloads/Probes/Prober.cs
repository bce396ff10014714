using System.Text.RegularExpressions;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Logs;

namespace Gantry.Workloads.Probes;

/// <summary>What a probe found.</summary>
/// <param name="Health">What that makes of the replica: a failure is "not yet" until the first pass or the end of the start period.</param>
/// <param name="Finding">In words.</param>
/// <param name="Endpoint">Where it accepts connections, where that is known.</param>
public sealed record Verdict(Health Health, string Finding, Endpoint? Endpoint)
{
    public bool Passed => Health == Health.Healthy;
}

/// <summary>
/// Tests one replica from its start to its end. Until the first pass it looks often (what costs next to nothing every 10 ms,
/// what runs a command more rarely and ever more so), afterwards at the test's interval. Only changes are reported.
/// </summary>
internal sealed class Prober(LogStore logs, TimeProvider time)
{
    /// <summary>Between two looks at the kernel's table of listening sockets before the first pass.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>Between two requests or connections before the first pass.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Between two commands before the first pass; grows by half each time, up to a second.</summary>
    private static readonly TimeSpan RunEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two looks at what else a service listens on, which takes a walk through all processes.</summary>
    private static readonly TimeSpan LookAstrayEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long a worker without a test must live to be called started.</summary>
    private static readonly TimeSpan StaysUp = TimeSpan.FromMilliseconds(500);

    private static readonly HealthSpec WithoutTest = new() { Probe = new TcpProbe() };

    /// <summary>A build may take the folder away at any time, and bring another.</summary>
    private static readonly HealthSpec OfSite = new() { Probe = new FolderProbe(""), Interval = TimeSpan.FromSeconds(1), Retries = 1, StartPeriod = TimeSpan.Zero };

    /// <summary>Reports each change of the verdict until cancelled.</summary>
    /// <param name="output">Where in its log this run begins.</param>
    public async Task WatchAsync(WorkloadSpec spec, IInstance instance, LogCursor output, Func<Verdict, ValueTask> report, CancellationToken ct)
    {
        switch (spec.Health?.Probe)
        {
            case null when spec.Runtime is SiteRuntime site:
                await RepeatAsync(spec, OfSite, new FolderProbe(site.Root), instance, report, ct);
                break;
            case null when !spec.Listens:
                await StayUpAsync(spec, instance, report, ct);
                break;
            case LogProbe log:
                await WaitForWordAsync(spec.Health, $"its log has not said {log.Pattern} yet", token => WatchLogAsync(log, instance, output, token), report, ct);
                await FindEndpointAsync(spec, instance, $"its log said {log.Pattern}", report, ct);
                break;
            case NotifyProbe:
                await WaitForWordAsync(spec.Health, "has not sent READY=1 yet", instance.Notified.WaitAsync, report, ct);
                await FindEndpointAsync(spec, instance, "sent READY=1", report, ct);
                break;
            case var probe:
                await RepeatAsync(spec, spec.Health ?? WithoutTest, probe, instance, report, ct);
                break;
        }
    }

    /// <summary>
    /// A worker without a test is ready once it has started, and has stayed: one that ends at once, again and again, would
    /// otherwise be ready whenever it is not just being started.
    /// </summary>
    private async Task StayUpAsync(WorkloadSpec spec, IInstance instance, Func<Verdict, ValueTask> report, CancellationToken ct)
    {
        // A clock that was set back since would have it wait for as long as it was set back.
        var left = Min(StaysUp, StaysUp - (time.GetUtcNow() - instance.StartedAt));
        if (spec.Type == WorkloadType.Worker && left > TimeSpan.Zero)
        {
            await report(new Verdict(Health.Starting, "has just been started", null));
            await Task.Delay(left, time, ct);
        }

        await report(new Verdict(Health.Healthy, "started", null));
    }

    /// <summary>Waits for what the replica says by itself; once the start period is over, not having said it is a failure.</summary>
    private async Task WaitForWordAsync(HealthSpec health, string finding, Func<CancellationToken, Task> said, Func<Verdict, ValueTask> report, CancellationToken ct)
    {
        await report(new Verdict(Health.Starting, finding, null));
        var waiting = said(ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (await Task.WhenAny(waiting, Task.Delay(health.StartPeriod, time, stop.Token)) != waiting && !ct.IsCancellationRequested)
        {
            await report(new Verdict(Health.Unhealthy, finding, null));
        }

        await stop.CancelAsync();
        await waiting;
    }

    private async Task RepeatAsync(WorkloadSpec spec, HealthSpec health, ProbeSpec? probe, IInstance instance, Func<Verdict, ValueTask> report, CancellationToken ct)
    {
        var since = time.GetTimestamp();
        var failures = 0;
        var passedOnce = false;
        var astray = LookAstrayEvery;
        var elsewhere = "";
        var pause = FirstPause(probe);
        Verdict? last = null;
        while (true)
        {
            var (passed, finding, endpoint) = await TestAsync(spec, health, probe, instance, ct);
            if (!passed && !passedOnce && endpoint is null && spec.Listens && time.GetElapsedTime(since) > astray)
            {
                astray = time.GetElapsedTime(since) + LookAstrayEvery;
                elsewhere = await FindElsewhereAsync(instance, ct);
            }

            finding = passed || endpoint is not null ? finding : finding + elsewhere;
            failures = passed ? 0 : failures + 1;
            passedOnce |= passed;
            var late = passedOnce || time.GetElapsedTime(since) > health.StartPeriod;
            var verdict = new Verdict(passed ? Health.Healthy : late ? Health.Unhealthy : Health.Starting, finding, endpoint);
            var tolerated = passedOnce && !verdict.Passed && failures < health.Retries;
            if (!tolerated && verdict != last)
            {
                last = verdict;
                await report(verdict);
            }

            if (passedOnce)
            {
                pause = health.Interval;
            }
            else if (probe is ExecProbe)
            {
                pause = Min(pause * 1.5, TimeSpan.FromSeconds(1));
            }
            else if (time.GetElapsedTime(since) > TimeSpan.FromSeconds(30))
            {
                pause = Min(health.Interval, TimeSpan.FromMilliseconds(250));
            }

            await Task.Delay(pause, time, ct);
        }
    }

    /// <summary>The usual mistake of a service that never becomes ready: it listens, but not where it was told to.</summary>
    private static async Task<string> FindElsewhereAsync(IInstance instance, CancellationToken ct)
    {
        var listening = await instance.FindListenersAsync(others: true, ct);
        return listening is { Endpoint: null, Others: [_, ..] others } ? $"; it listens on {string.Join(", ", others.Select(other => other.Port).Distinct())}" : "";
    }

    private static TimeSpan FirstPause(ProbeSpec? probe) => probe switch
    {
        null => LookEvery,
        ExecProbe => RunEvery,
        _ => AskEvery,
    };

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private async Task<(bool Passed, string Finding, Endpoint? Endpoint)> TestAsync(WorkloadSpec spec, HealthSpec health, ProbeSpec? probe, IInstance instance, CancellationToken ct)
    {
        var listening = spec.Listens ? await instance.FindListenersAsync(others: false, ct) : null;
        if (probe is null)
        {
            return ListenVerdict(instance, listening!);
        }

        // A test by network that names no port of its own has to wait for the workload's; and asking nobody is free.
        var ownPort = probe is HttpProbe { Port: null } or TcpProbe { Port: null };
        if (ownPort && listening is { Endpoint: null })
        {
            return ListenVerdict(instance, listening);
        }

        using var patience = new CancellationTokenSource(health.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            var (passed, finding) = probe switch
            {
                HttpProbe http => await ProbeClient.GetAsync(Target(listening, http.Port), http, either.Token),
                TcpProbe tcp => await ProbeClient.ConnectAsync(Target(listening, tcp.Port), either.Token),
                FolderProbe folder => (Directory.Exists(folder.Path), Directory.Exists(folder.Path) ? "started" : $"its folder {folder.Path} is not there"),
                ExecProbe exec => await RunAsync(spec, exec, instance, either.Token),
                _ => throw new InvalidOperationException($"{probe} is not repeated"),
            };
            return (passed, finding, listening?.Endpoint);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (false, $"its health test took longer than {health.Timeout.TotalSeconds:0.#} s", listening?.Endpoint);
        }
    }

    private static (bool Passed, string Finding, Endpoint? Endpoint) ListenVerdict(IInstance instance, Listening listening) => listening switch
    {
        { Endpoint: { } endpoint } => (true, $"listens on port {instance.Port}", endpoint),
        { Stranger: { } stranger } => (false, $"port {instance.Port} is held by {stranger}", null),
        _ => (false, $"does not listen on port {instance.Port} yet", null),
    };

    private static Endpoint Target(Listening? listening, int? port) =>
        port is { } other
            ? new Endpoint(listening?.Endpoint?.Address ?? "127.0.0.1", other)
            : listening?.Endpoint ?? throw new InvalidOperationException("a probe without a port needs a workload that listens");

    private static async Task<(bool Passed, string Finding)> RunAsync(WorkloadSpec spec, ExecProbe exec, IInstance instance, CancellationToken ct)
    {
        const int kept = 200;
        try
        {
            await using var execution = await instance.ExecAsync(spec, new ExecRequest { Command = exec.Command }, ct);
            var (code, output) = await execution.RunToEndAsync(kept, ct);
            var last = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
            return code == 0
                ? (true, "its health test passes")
                : (false, $"its health test exits with {code}{(last is null ? "" : $": {last}")}");
        }
        catch (WorkloadException e)
        {
            return (false, $"its health test cannot run: {e.Fault.Message}");
        }
    }

    private async Task WatchLogAsync(LogProbe probe, IInstance instance, LogCursor output, CancellationToken ct)
    {
        if (instance.Said == probe.Pattern)
        {
            return;
        }

        // Without backtracking no pattern can be made to run for ever by what a program prints.
        var pattern = new Regex(probe.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        await foreach (var line in logs.FollowAsync(instance.Id, output, ct))
        {
            if (line.Stream != LogStream.Gantry && pattern.IsMatch(line.Text))
            {
                await instance.KeepSaidAsync(probe.Pattern, ct);
                return;
            }
        }
    }

    /// <summary>What is ready by its own word may still have to be found; it is ready all the same.</summary>
    private async Task FindEndpointAsync(WorkloadSpec spec, IInstance instance, string finding, Func<Verdict, ValueTask> report, CancellationToken ct)
    {
        await report(new Verdict(Health.Healthy, finding, null));
        if (!spec.Listens)
        {
            return;
        }

        Endpoint? endpoint;
        var pause = AskEvery;
        while ((endpoint = (await instance.FindListenersAsync(others: false, ct)).Endpoint) is null)
        {
            await Task.Delay(pause, time, ct);
            pause = Min(pause * 1.5, LookAstrayEvery);
        }

        await report(new Verdict(Health.Healthy, finding, endpoint));
    }

    /// <summary>Healthy while the folder is there: what a site needs.</summary>
    private sealed record FolderProbe(string Path) : ProbeSpec;
}
