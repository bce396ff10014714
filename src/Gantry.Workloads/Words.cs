namespace Gantry.Workloads;

/// <summary>States as people read them. Written out, for <c>gantry status</c> has no time to ask the runtime for names.</summary>
public static class Words
{
    public static string Of(WorkloadState state) => state switch
    {
        WorkloadState.Waiting => "waiting",
        WorkloadState.Preparing => "preparing",
        WorkloadState.Starting => "starting",
        WorkloadState.Running => "running",
        WorkloadState.BackingOff => "backing off",
        WorkloadState.Stopping => "stopping",
        WorkloadState.Stopped => "stopped",
        WorkloadState.Completed => "completed",
        _ => "failed",
    };
}
