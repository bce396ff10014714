namespace Gantry.Workloads;

/// <summary>Something could not be done to a workload, for a reason that people can act on.</summary>
public sealed class WorkloadException : Exception
{
    public WorkloadException(Fault fault, Exception? innerException = null)
        : base(fault.Message, innerException) => Fault = fault;

    public Fault Fault { get; }
}
