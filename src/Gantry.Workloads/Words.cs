namespace Gantry.Workloads;

/// <summary>States as people read them.</summary>
public static class Words
{
    public static string Of(WorkloadState state) => state switch
    {
        WorkloadState.BackingOff => "backing off",
        _ => state.ToString().ToLowerInvariant(),
    };
}
