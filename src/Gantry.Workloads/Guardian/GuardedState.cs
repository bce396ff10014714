using Gantry.Workloads.Guardian.Wire;

namespace Gantry.Workloads.Guardian;

/// <summary>A process that the guardian keeps, running or ended.</summary>
internal sealed record GuardedState(string Key, Lifetime Lifetime, int Pid, ulong StartTime, DateTimeOffset StartedAt, ExitStatus? Exit, bool Alone, bool Notified, string Tag)
{
    public static GuardedState Read(Fields fields) => new(
        fields.Required(1),
        fields.Flag(2) ? Lifetime.Daemon : Lifetime.Workspace,
        (int)fields.Number(3, 0),
        (ulong)fields.Number(4, 0),
        new DateTimeOffset(fields.Number(5, 0), TimeSpan.Zero),
        ExitFields.Read(fields.Message(6)),
        fields.Flag(7),
        fields.Flag(8),
        fields.Required(9));

    public void Write(FieldWriter fields)
    {
        fields.Text(1, Key);
        fields.Flag(2, Lifetime == Lifetime.Daemon);
        fields.Number(3, Pid);
        fields.Number(4, (long)StartTime);
        fields.Number(5, StartedAt.UtcTicks);
        ExitFields.Write(fields, 6, Exit);
        fields.Flag(7, Alone);
        fields.Flag(8, Notified);
        fields.Text(9, Tag);
    }
}
