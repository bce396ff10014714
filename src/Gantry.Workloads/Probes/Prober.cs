using System.Text.RegularExpressions;
using Gantry.Workloads.Drivers;
using Gantry.Workloads.Logs;

namespace Gantry.Workloads.Probes;

/// <summary>What a probe found.</summary>
/// <param name="Passed">Whether the replica does what the test asks.</param>
/// <param name="Finding">In words.</param>
/// <param name="Endpoint">Where it accepts connections, where that is known.</param>
public sealed record Verdict(bool Passed, string Finding, Endpoint? Endpoint);

/// <summary>
/// Tests one replica from its start to its end. Until the first pass it looks often (what costs nothing every 20 ms,
/// what runs a command more rarely and ever more so), afterwards at the test's interval. Only changes are reported.
/// </summary>
internal sealed class Prober(LogStore logs, TimeProvider time)
{
    /// <summary>Between two looks at the kernel's table of listening sockets before the first pass.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Between two requests or connections before the first pass.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Between two commands before the first pass; grows by half each time, up to a second.</summary>
    private static readonly TimeSpan RunEvery = TimeSpan.FromMilliseconds(100);

    private static readonly HealthSpec WithoutTest = new() { Probe = new TcpProbe() };

    private readonly ProbeClient _client = new(time);

    /// <summary>Reports each change of the verdict until cancelled.</summary>
    /// <param name="output">Where in its log this run begins.</param>
    public async Task WatchAsync(WorkloadSpec spec, IInstance instance, LogCursor output, Func<Verdict, ValueTask> report, CancellationToken ct)
    {
        switch (spec.Health?.Probe)
        {
            case null when !spec.Listens:
                await report(new Verdict(true, "started", null));
                break;
            case LogProbe log:
                await WatchLogAsync(log, instance, output, report, ct);
                await FindEndpointAsync(spec, instance, $"its log said {log.Pattern}", report, ct);
                break;
            case NotifyProbe:
                await report(new Verdict(false, "has not sent READY=1 yet", null));
                await instance.Notified.WaitAsync(ct);
                await FindEndpointAsync(spec, instance, "sent READY=1", report, ct);
                break;
            case var probe:
                await RepeatAsync(spec, spec.Health ?? WithoutTest, probe, instance, report, ct);
                break;
        }
    }

    private async Task RepeatAsync(WorkloadSpec spec, HealthSpec health, ProbeSpec? probe, IInstance instance, Func<Verdict, ValueTask> report, CancellationToken ct)
    {
        var since = time.GetTimestamp();
        var failures = 0;
        var passedOnce = false;
        var pause = FirstPause(probe);
        Verdict? last = null;
        while (true)
        {
            var verdict = await TestAsync(spec, health, probe, instance, ct);
            failures = verdict.Passed ? 0 : failures + 1;
            passedOnce |= verdict.Passed;
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

    private static TimeSpan FirstPause(ProbeSpec? probe) => probe switch
    {
        null => LookEvery,
        ExecProbe => RunEvery,
        _ => AskEvery,
    };

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private async Task<Verdict> TestAsync(WorkloadSpec spec, HealthSpec health, ProbeSpec? probe, IInstance instance, CancellationToken ct)
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
                HttpProbe http => await _client.GetAsync(Target(listening, http.Port), http, either.Token),
                TcpProbe tcp => await _client.ConnectAsync(Target(listening, tcp.Port), either.Token),
                ExecProbe exec => await RunAsync(spec, exec, instance, either.Token),
                _ => throw new InvalidOperationException($"{probe} is not repeated"),
            };
            return new Verdict(passed, finding, listening?.Endpoint);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Verdict(false, $"its health test took longer than {health.Timeout.TotalSeconds:0.#} s", listening?.Endpoint);
        }
    }

    private static Verdict ListenVerdict(IInstance instance, Listening listening) => listening switch
    {
        { Endpoint: { } endpoint } => new Verdict(true, $"listens on port {instance.Port}", endpoint),
        { Stranger: { } stranger } => new Verdict(false, $"port {instance.Port} is held by {stranger}", null),
        _ => new Verdict(false, $"does not listen on port {instance.Port} yet", null),
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

    private async Task WatchLogAsync(LogProbe probe, IInstance instance, LogCursor output, Func<Verdict, ValueTask> report, CancellationToken ct)
    {
        await report(new Verdict(false, $"its log has not said {probe.Pattern} yet", null));

        // Without backtracking no pattern can be made to run for ever by what a program prints.
        var pattern = new Regex(probe.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        await foreach (var line in logs.FollowAsync(instance.Id, output, ct))
        {
            if (line.Stream != LogStream.Gantry && pattern.IsMatch(line.Text))
            {
                return;
            }
        }
    }

    /// <summary>What is ready by its own word may still have to be found; it is ready all the same.</summary>
    private async Task FindEndpointAsync(WorkloadSpec spec, IInstance instance, string finding, Func<Verdict, ValueTask> report, CancellationToken ct)
    {
        while (true)
        {
            var endpoint = spec.Listens ? (await instance.FindListenersAsync(others: false, ct)).Endpoint : null;
            await report(new Verdict(true, finding, endpoint));
            if (!spec.Listens || endpoint is not null)
            {
                return;
            }

            await Task.Delay(AskEvery, time, ct);
        }
    }
}
