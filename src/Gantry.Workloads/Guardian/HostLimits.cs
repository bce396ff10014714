using Gantry.Workloads.Guardian.Wire;

namespace Gantry.Workloads.Guardian;

/// <summary>Why a limit cannot be enforced on this host; null where it can.</summary>
public sealed record HostLimits(string? Memory, string? Cpus, string? Pids)
{
    /// <summary>What can be done about it.</summary>
    public string? Remedy { get; init; }

    /// <summary>What cannot be limited, by name, with its reason.</summary>
    public IEnumerable<(string Limit, string Reason)> Missing =>
        from limit in ((string Name, string? Reason)[])[("memory", Memory), ("cpus", Cpus), ("pids", Pids)]
        where limit.Reason is not null
        select (limit.Name, limit.Reason);

    internal static HostLimits Read(Fields fields) => new(fields.Text(1), fields.Text(2), fields.Text(3)) { Remedy = fields.Text(4) };

    internal void Write(FieldWriter fields)
    {
        fields.Text(1, Memory);
        fields.Text(2, Cpus);
        fields.Text(3, Pids);
        fields.Text(4, Remedy);
    }
}
