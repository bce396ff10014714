using System.Text.RegularExpressions;
using Gantry.Daemon.Configuration;
using Gantry.Workloads;
using Gantry.Workloads.Probes;

namespace Gantry.Daemon.Workspaces.Configuration.Resolution;

/// <summary>From the tables of a service to the policies of its workload.</summary>
internal sealed class PolicyResolver(DiagnosticList diagnostics)
{
    public HealthSpec? Health(ServiceConfig service, ServiceText text)
    {
        if (service.Health?.Value is not { } health || Probe(health, text) is not { } probe)
        {
            return null;
        }

        return new HealthSpec
        {
            Probe = probe,
            Interval = health.Interval.Value,
            Timeout = health.Timeout.Value,
            Retries = health.Retries.Value,
            StartPeriod = health.StartPeriod.Value,
            Restart = health.Restart.Value,
        };
    }

    /// <summary>The restart policy with what the file leaves open filled in by the service's type.</summary>
    public static RestartPolicy Restart(ServiceConfig service)
    {
        var written = service.Restart.Value;
        var standard = service.Type.Value == WorkloadType.Task ? RestartPolicy.Never : RestartPolicy.OnFailure;
        var mode = written.Policy?.Value ?? standard.Mode;
        return new RestartPolicy
        {
            Mode = mode,
            BackoffMin = written.Backoff.Value.Minimum,
            BackoffMax = written.Backoff.Value.Maximum,
            MaxAttempts = written.MaxAttempts is { } attempts ? attempts.Value.Count : mode == RestartMode.OnFailure ? RestartPolicy.OnFailure.MaxAttempts : null,
        };
    }

    public static StopPolicy Stop(ServiceConfig service) => new()
    {
        Signal = service.Stop.Value.Signal.Value,
        Grace = service.Stop.Value.Grace.Value,
    };

    public static Limits Limits(ServiceConfig service) => new()
    {
        Memory = service.Limits.Value.Memory?.Value,
        Cpus = service.Limits.Value.Cpus?.Value,
        Pids = service.Limits.Value.Pids?.Value,
        OpenFiles = service.Limits.Value.OpenFiles?.Value,
    };

    private ProbeSpec? Probe(HealthConfig health, ServiceText text) => health switch
    {
        { Http: { } http } => Http(health, http.Place, text.Fill(http, "health.http"), $"{text.Path}.health.http"),
        { Tcp: { } tcp } => new TcpProbe(tcp.Value.Port),
        { Exec: { } exec } => new ExecProbe(text.Fill(exec, "health.exec")),
        { Log: { } log } => Log(log.Place, text.Fill(log, "health.log"), $"{text.Path}.health.log"),
        { Notify: not null } => new NotifyProbe(),
        _ => null,
    };

    private HttpProbe Http(HealthConfig health, SourcePlace place, string path, string asked)
    {
        if (!path.StartsWith('/'))
        {
            var isUrl = Uri.TryCreate(path, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
            diagnostics.Error(place, $"{asked}: {Found.Quote(path)} is not a path", isUrl ? $"write the path alone, \"{url!.PathAndQuery}\", and port = {url.Port} where that is not the target port" : "begin with /");
        }

        return new HttpProbe(path, health.Port?.Value, health.Status?.Value);
    }

    private LogProbe Log(SourcePlace place, string pattern, string asked)
    {
        try
        {
            // Without backtracking no line of output can hold the daemon up.
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            diagnostics.Error(place, $"{asked}: {Found.Quote(pattern)} has look-around, back-references or atomic groups, which are not supported", "lines are matched without backtracking: use a simpler expression");
        }
        catch (ArgumentException fault)
        {
            diagnostics.Error(place, $"{asked}: {Found.Quote(pattern)} is not a regular expression", fault.Message);
        }

        return new LogProbe(pattern);
    }
}
