namespace Gantry.Workloads;

/// <summary>
/// Whether a replica is ready, and why or why not, from its two axes. Without a health test a service is ready when its
/// port accepts, a worker or site once started, a task at exit status 0.
/// </summary>
public static class Readiness
{
    /// <param name="passed">Whether the probe of this run has passed last; for what has no health test that is its port, or nothing.</param>
    /// <param name="finding">What the probe found, in words; null before its first verdict.</param>
    /// <param name="exit">How it ended last, if it has.</param>
    public static (bool Ready, string Reason) Of(WorkloadSpec spec, WorkloadState state, bool passed, string? finding, ExitStatus? exit) => state switch
    {
        WorkloadState.Completed when spec.Type == WorkloadType.Task => (true, "completed"),
        WorkloadState.Completed => (false, $"ended ({exit})"),
        WorkloadState.Running when spec.Type == WorkloadType.Task => (false, "running"),
        WorkloadState.Running => (passed, finding ?? "started"),
        WorkloadState.Waiting => (false, finding ?? "waiting"),
        WorkloadState.Preparing => (false, "preparing"),
        WorkloadState.Starting => (false, "starting"),
        WorkloadState.Stopping => (false, "stopping"),
        WorkloadState.Stopped => (false, "stopped"),
        _ => (false, finding ?? exit?.ToString() ?? "failed"),
    };
}
