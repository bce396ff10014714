using Gantry.Proxy.Forwarding;
using Gantry.Workloads;

namespace Gantry.Daemon.Edge.Pages;

/// <summary>What is said of a service that does not answer.</summary>
internal static class ServiceAnswers
{
    /// <summary>No replica is ready.</summary>
    public static EdgeAnswer NotReady(EdgeService service)
    {
        var name = service.Name;
        var (title, tone, remedy) = service.Snapshot switch
        {
            null => ($"{name} is not running", Tone.Idle, $"gantry up {name}"),
            { State: WorkloadState.Failed } => ($"{name} has failed", Tone.Failed, $"gantry why {name}"),
            { State: WorkloadState.BackingOff } => ($"{name} will be started again", Tone.Failed, $"gantry why {name}"),
            { State: WorkloadState.Running, Health: Health.Unhealthy } => ($"{name} is unhealthy", Tone.Failed, $"gantry why {name}"),
            { State: WorkloadState.Stopping } => ($"{name} is stopping", Tone.Idle, $"gantry start {name}"),
            { State: WorkloadState.Stopped } => ($"{name} is stopped", Tone.Idle, $"gantry start {name}"),
            { State: WorkloadState.Completed } => ($"{name} has ended", Tone.Idle, $"gantry start {name}"),
            _ => ($"{name} is starting", Tone.Busy, $"gantry why {name}"),
        };

        return new EdgeAnswer
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Code = "service-not-ready",
            Title = title,
            Detail = service.Snapshot is { } snapshot ? snapshot.Progress ?? snapshot.Reason : null,
            Remedy = remedy,
            Tone = tone,
            Passes = true,
            Service = service,
        };
    }

    /// <summary>
    /// The HTTP client connects anew by itself where a connection that was kept ends before an answer, so that a service
    /// that ends on a request looks like one that was not there.
    /// </summary>
    private const string Ended = ". It does not listen, or has ended on this very request.";

    /// <summary>A ready replica was asked in vain.</summary>
    public static EdgeAnswer Failed(EdgeService service, ForwarderError error)
    {
        var (code, what) = error.Kind switch
        {
            ForwarderErrorKind.ConnectFailed => ("service-unreachable", "does not accept connections"),
            ForwarderErrorKind.ConnectTimedOut => ("service-timed-out", "does not accept connections in time"),
            ForwarderErrorKind.ResponseTimedOut => ("service-timed-out", "did not answer in time"),
            ForwarderErrorKind.InvalidResponse => ("service-invalid-response", "did not answer in HTTP"),
            ForwarderErrorKind.InvalidRequest => ("bad-request", "got no whole request"),
            _ => ("service-connection-lost", "hung up before it answered"),
        };

        return new EdgeAnswer
        {
            Status = error.StatusCode,
            Code = code,
            Title = $"{service.Name} {what}",
            Detail = error.Cause?.GetBaseException().Message + (error.Kind == ForwarderErrorKind.ConnectFailed ? Ended : ""),
            Remedy = error.Kind == ForwarderErrorKind.ConnectFailed ? $"gantry why {service.Name}" : $"gantry logs {service.Name}",
            Tone = Tone.Failed,

            // Asking again by itself is for what was never asked: anything else may have done something.
            Passes = error.Kind == ForwarderErrorKind.ConnectFailed,
            Service = service,
        };
    }
}
