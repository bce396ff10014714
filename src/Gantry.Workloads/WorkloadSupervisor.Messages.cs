using Gantry.Workloads.Drivers;
using Gantry.Workloads.Probes;

namespace Gantry.Workloads;

/// <summary>What is said to a supervisor's loop: by its callers, and by its own activities.</summary>
internal sealed partial class WorkloadSupervisor
{
    /// <summary>What the loop takes.</summary>
    private abstract record Message
    {
        /// <summary>Completed once it is taken, or nobody is there any more to take it.</summary>
        public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Command(Trigger Trigger, WorkloadSpec? Spec) : Message;

    private sealed record Update(WorkloadSpec Spec) : Message;

    private sealed record Adoption(IInstance Instance) : Message;

    private sealed record Completion : Message;

    private sealed record Refusal(WorkloadSpec Spec, Fault Fault) : Message;

    private sealed record FurtherRefusal(Fault Fault) : Message;

    private sealed record Admission(WorkloadSpec Spec) : Message;

    private sealed record Question(TaskCompletionSource<(IInstance Instance, WorkloadSpec Spec)?> Answer) : Message;

    /// <summary>News of the activity that was begun in an epoch; in a later one it is old and passed over.</summary>
    private abstract record Report(int Epoch) : Message;

    private sealed record Happened(int Epoch, Trigger Trigger) : Report(Epoch);

    private sealed record Found(int Epoch, Verdict Verdict) : Report(Epoch);

    private sealed record Remark(int Epoch, string Text) : Report(Epoch);

    private sealed record CouldNot(int Epoch, Fault Fault) : Report(Epoch);

    /// <summary>The main process has ended, and what it left behind is being ended.</summary>
    private sealed record Clearing(int Epoch, ExitStatus Exit) : Report(Epoch);

    /// <param name="At">When, as <see cref="TimeProvider.GetTimestamp"/> says it.</param>
    private sealed record Ended(int Epoch, ExitStatus Exit, long At, string? Cause) : Report(Epoch);
}
