using Gantry.Workloads.Guardian.Wire;

namespace Gantry.Workloads.Guardian;

/// <summary>The user and the group that a process runs as.</summary>
/// <param name="Named">Whether the host knows the user, and so further groups of its.</param>
internal sealed record RunAs(uint User, uint Group, bool Named)
{
    public static void Write(FieldWriter fields, int field, RunAs? user)
    {
        if (user is not null)
        {
            fields.Message(field, inner =>
            {
                inner.Number(1, user.User);
                inner.Number(2, user.Group);
                inner.Flag(3, user.Named);
            });
        }
    }

    /// <exception cref="InvalidDataException">User or group is missing: nothing may run as root by a default.</exception>
    public static RunAs? Read(Fields? fields) =>
        fields is null ? null : new RunAs(Identifier(fields, 1), Identifier(fields, 2), fields.Flag(3));

    private static uint Identifier(Fields fields, int field) =>
        fields.Number(field) is >= 0 and <= uint.MaxValue and { } id ? (uint)id : throw new InvalidDataException("a user or group is missing");
}
