namespace Gantry.Workloads;

/// <summary>Whether what a workload waits for is there, read off the board.</summary>
public static class Dependencies
{
    /// <summary>The first condition that does not hold, in words; null where all do.</summary>
    public static string? FindUnmet(WorkloadSpec spec, WorkloadBoard board) =>
        spec.DependsOn
            .Where(dependency => !IsMet(dependency, board.Find(spec.Workspace, dependency.Workload)))
            .Select(dependency => Describe(dependency, board.Find(spec.Workspace, dependency.Workload)))
            .FirstOrDefault();

    public static bool IsMet(Dependency dependency, WorkloadSnapshot? snapshot) => snapshot is not null && dependency.Condition switch
    {
        DependencyCondition.Started => snapshot.Replicas.All(replica => replica.State is WorkloadState.Running or WorkloadState.Completed),
        DependencyCondition.Healthy => snapshot.Ready,
        _ => snapshot.State == WorkloadState.Completed,
    };

    private static string Describe(Dependency dependency, WorkloadSnapshot? snapshot)
    {
        var condition = dependency.Condition switch
        {
            DependencyCondition.Started => "started",
            DependencyCondition.Healthy => "healthy",
            _ => "completed",
        };
        var present = snapshot switch
        {
            null => "is not there",
            { State: WorkloadState.Failed } => $"has failed: {snapshot.Reason}",
            { State: WorkloadState.Stopped } => "is stopped",
            _ => $"is {Words.Of(snapshot.State)}",
        };
        return $"waits for {dependency.Workload} to be {condition}; it {present}";
    }
}
