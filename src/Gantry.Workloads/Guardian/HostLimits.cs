using Gantry.Workloads.Guardian.Wire;

namespace Gantry.Workloads.Guardian;

/// <summary>Why a limit cannot be enforced on this host; null where it can.</summary>
public sealed record HostLimits(string? Memory, string? Cpus, string? Pids)
{
    internal static HostLimits Read(Fields fields) => new(fields.Text(1), fields.Text(2), fields.Text(3));

    internal void Write(FieldWriter fields)
    {
        fields.Text(1, Memory);
        fields.Text(2, Cpus);
        fields.Text(3, Pids);
    }
}
