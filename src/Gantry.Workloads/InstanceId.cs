namespace Gantry.Workloads;

/// <summary>One replica of one workload of one workspace: the name under which its driver finds it again.</summary>
public sealed record InstanceId(string Workspace, string Workload, int Replica)
{
    /// <summary>
    /// The variable that marks every process that we start: <c>&lt;home id&gt;/&lt;workspace&gt;/&lt;workload&gt;/&lt;replica&gt;</c>, or
    /// <c>&lt;home id&gt;/secret</c> for what prints a secret.
    /// </summary>
    public const string MarkVariable = "GANTRY_INSTANCE";

    /// <summary>
    /// The variable of a daemon that a command started, and of its guardian: nobody's descendant, whoever is its parent.
    /// Neither hands it on to anything that it runs.
    /// </summary>
    public const string IndependentVariable = "GANTRY_INDEPENDENT";

    public override string ToString() => $"{Workspace}/{Workload}/{Replica}";

    public static InstanceId? Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 3 && int.TryParse(parts[2], out var replica) ? new InstanceId(parts[0], parts[1], replica) : null;
    }
}
