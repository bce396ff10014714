namespace Gantry.Workloads;

/// <summary>What can happen to a replica.</summary>
public enum Trigger
{
    /// <summary>It shall run.</summary>
    Want,

    /// <summary>It shall not run.</summary>
    Unwant,

    /// <summary>It shall end and run again.</summary>
    Renew,

    /// <summary>What it depends on is there.</summary>
    DependenciesMet,

    Prepared,

    Started,

    /// <summary>It ended as it should and stays ended.</summary>
    EndedWell,

    /// <summary>It ended, or could not be started, and is tried again.</summary>
    EndedToRetry,

    /// <summary>It ended, or could not be started, and nobody tries again.</summary>
    EndedForGood,

    /// <summary>The wait before the next try is over.</summary>
    RetryDue,

    /// <summary>It was asked to end and has.</summary>
    Gone,

    /// <summary>It was asked to end, has, and is wanted again.</summary>
    GoneAndWanted,
}

/// <summary>The states a replica goes through: a pure function of where it is and what happens.</summary>
public static class Lifecycle
{
    /// <summary>The next state. What has no meaning in a state leaves it as it is: late news of an earlier state are such.</summary>
    public static WorkloadState Next(WorkloadState state, Trigger trigger) => (state, trigger) switch
    {
        (WorkloadState.Waiting, Trigger.DependenciesMet) => WorkloadState.Preparing,
        (WorkloadState.Waiting, Trigger.Unwant) => WorkloadState.Stopped,

        (WorkloadState.Preparing, Trigger.Prepared) => WorkloadState.Starting,
        (WorkloadState.Preparing, Trigger.EndedToRetry) => WorkloadState.BackingOff,
        (WorkloadState.Preparing, Trigger.EndedForGood) => WorkloadState.Failed,
        (WorkloadState.Preparing, Trigger.Unwant) => WorkloadState.Stopped,
        (WorkloadState.Preparing, Trigger.Renew) => WorkloadState.Waiting,

        (WorkloadState.Starting, Trigger.Started) => WorkloadState.Running,
        (WorkloadState.Starting, Trigger.EndedToRetry) => WorkloadState.BackingOff,
        (WorkloadState.Starting, Trigger.EndedForGood) => WorkloadState.Failed,
        (WorkloadState.Starting, Trigger.Unwant or Trigger.Renew) => WorkloadState.Stopping,

        (WorkloadState.Running, Trigger.EndedWell) => WorkloadState.Completed,
        (WorkloadState.Running, Trigger.EndedToRetry) => WorkloadState.BackingOff,
        (WorkloadState.Running, Trigger.EndedForGood) => WorkloadState.Failed,
        (WorkloadState.Running, Trigger.Unwant or Trigger.Renew) => WorkloadState.Stopping,

        (WorkloadState.BackingOff, Trigger.RetryDue or Trigger.Want or Trigger.Renew) => WorkloadState.Waiting,
        (WorkloadState.BackingOff, Trigger.Unwant) => WorkloadState.Stopped,

        (WorkloadState.Stopping, Trigger.Gone) => WorkloadState.Stopped,
        (WorkloadState.Stopping, Trigger.GoneAndWanted) => WorkloadState.Waiting,

        (WorkloadState.Stopped or WorkloadState.Completed or WorkloadState.Failed, Trigger.Want or Trigger.Renew) => WorkloadState.Waiting,
        (WorkloadState.Completed or WorkloadState.Failed, Trigger.Unwant) => WorkloadState.Stopped,

        _ => state,
    };

    /// <summary>What an end means under a restart policy.</summary>
    /// <param name="attempts">Restarts in a row so far.</param>
    public static Trigger AfterEnd(WorkloadType type, RestartPolicy policy, ExitStatus exit, int attempts)
    {
        if (exit.Lost)
        {
            // Not its own doing: what should run is started again, whatever the policy says of its own ends.
            return Trigger.EndedToRetry;
        }

        var again = policy.Mode switch
        {
            RestartMode.Always => type != WorkloadType.Task || !exit.Success,
            RestartMode.OnFailure => !exit.Success,
            _ => false,
        };
        if (again && (policy.MaxAttempts is not { } most || attempts < most))
        {
            return Trigger.EndedToRetry;
        }

        return exit.Success ? Trigger.EndedWell : Trigger.EndedForGood;
    }

    /// <summary>Whether a replica is on its way or there: neither ended nor unwanted.</summary>
    public static bool IsActive(WorkloadState state) =>
        state is not (WorkloadState.Stopped or WorkloadState.Completed or WorkloadState.Failed);
}
