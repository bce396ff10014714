namespace Gantry.Workloads.Guardian;

/// <summary>An order that cannot be carried out; it becomes an <see cref="ErrorReply"/>.</summary>
internal sealed class GuardianException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
